/** The HTTP routes about who has access to a notebook, and about what one makes of it for oneself. */
import { notebookId, type NotebookId } from "../wire/ids"
import { asObject, idAt, type Json } from "../wire/json"
import {
  parseAccess, parseShared, type Access, type GivenRole, type PendingAccess, type Shared,
} from "../wire/sharing"
import type { Ask } from "./account_api"

/** People to share with, and the letter that tells them. */
export interface Invitation {
  readonly people: readonly PendingAccess[]
  readonly notify: boolean
  readonly message: string
  readonly language: string
}

const path = (id: NotebookId, what: string): string =>
  `/api/notebooks/${encodeURIComponent(id)}/${what}`
const onePath = (id: NotebookId, email: string): string =>
  path(id, `access/${encodeURIComponent(email)}`)
const idOf = (answer: Json): NotebookId => notebookId(idAt(asObject(answer, "answer"), "id"))

export class SharingApi {
  constructor(private readonly ask: Ask) {}

  async access(id: NotebookId): Promise<Access> {
    return parseAccess(await this.ask("GET", path(id, "access")))
  }

  async invite(id: NotebookId, invitation: Invitation): Promise<readonly Shared[]> {
    const people = invitation.people.map(({ email, role }) => ({ email, role }))
    return parseShared(await this.ask("POST", path(id, "access"), { body: { ...invitation, people } }))
  }

  /** `link_role` null: restricted to those who were given access. */
  async change(
    id: NotebookId,
    change: { readonly link_role?: GivenRole | null; readonly editors_share?: boolean },
  ): Promise<void> {
    const { link_role, ...rest } = change
    const body = link_role === undefined ? rest : { ...rest, link_role: link_role ?? "" }
    await this.ask("PATCH", path(id, "access"), { body })
  }

  async setRole(id: NotebookId, email: string, role: GivenRole): Promise<void> {
    await this.ask("PUT", onePath(id, email), { body: { role } })
  }

  /** Takes an address's access or invitation; with one's own address, gives it up. */
  async revoke(id: NotebookId, email: string): Promise<void> {
    await this.ask("DELETE", onePath(id, email))
  }

  async transfer(id: NotebookId, email: string, language: string): Promise<void> {
    await this.ask("POST", path(id, "transfer"), { body: { email, language } })
  }

  async star(id: NotebookId, starred: boolean): Promise<void> {
    await this.ask("PUT", path(id, "star"), { body: { starred } })
  }

  /** It may run, although somebody else wrote it. */
  async trust(id: NotebookId): Promise<void> {
    await this.ask("PUT", path(id, "trust"), { body: {} })
  }

  /** Into one's own Drive; the server calls it "Copy of …". */
  async copy(id: NotebookId): Promise<NotebookId> {
    return idOf(await this.ask("POST", path(id, "copy"), { body: {} }))
  }

  /** A private scratch copy to edit and run. */
  async playground(id: NotebookId): Promise<NotebookId> {
    return idOf(await this.ask("POST", path(id, "playground"), { body: {} }))
  }
}
