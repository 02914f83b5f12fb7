/** The HTTP routes about a notebook's revisions and what ran in it. */
import {
  parseExecuted, parseRevisionContent, parseRevisionOutputs, parseRevisionPage,
  type Executed, type RevisionContent, type RevisionOutputs, type RevisionPage,
} from "../wire/history"
import { notebookId, type NotebookId } from "../wire/ids"
import { asObject, countAt, idAt } from "../wire/json"
import type { Ask } from "./account_api"

export interface RevisionQuery {
  /** Only numbers below it. */
  readonly before?: number
  readonly named: boolean
  /** How many; fifty unless told. */
  readonly limit?: number
}

export interface RevisionChange {
  readonly name?: string
  readonly pinned?: boolean
}

const notebookPath = (id: NotebookId): string => `/api/notebooks/${encodeURIComponent(id)}`
const revisionPath = (id: NotebookId, number: number): string => `${notebookPath(id)}/revisions/${number}`

/** Where a browser downloads a revision from. */
export const revisionFileUrl = (id: NotebookId, number: number): string =>
  `${revisionPath(id, number)}/file`

export class HistoryApi {
  constructor(private readonly ask: Ask) {}

  async revisions(id: NotebookId, { before, named, limit }: RevisionQuery): Promise<RevisionPage> {
    const query = new URLSearchParams()
    if (before !== undefined) query.set("before", String(before))
    if (limit !== undefined) query.set("limit", String(limit))
    if (named) query.set("named", "1")
    return parseRevisionPage(await this.ask("GET", `${notebookPath(id)}/revisions?${query.toString()}`))
  }

  /** 0: the notebook as it is now. */
  async content(id: NotebookId, number: number): Promise<RevisionContent> {
    return parseRevisionContent(await this.ask("GET", revisionPath(id, number)))
  }

  async outputs(id: NotebookId, sha256: string): Promise<RevisionOutputs> {
    return parseRevisionOutputs(
      await this.ask("GET", `${notebookPath(id)}/revision-outputs/${encodeURIComponent(sha256)}`))
  }

  /** Keeps the notebook as it is now; the revision's number. */
  async pin(id: NotebookId, name: string): Promise<number> {
    const answer = await this.ask("POST", `${notebookPath(id)}/revisions`, { body: { name } })
    return countAt(asObject(answer, "answer"), "number")
  }

  async change(id: NotebookId, number: number, change: RevisionChange): Promise<void> {
    await this.ask("PATCH", revisionPath(id, number), { body: { ...change } })
  }

  async restore(id: NotebookId, number: number): Promise<void> {
    await this.ask("POST", `${revisionPath(id, number)}/restore`, { body: {} })
  }

  /** As a notebook of one's own. */
  async copy(id: NotebookId, number: number): Promise<NotebookId> {
    const answer = await this.ask("POST", `${revisionPath(id, number)}/copy`, { body: {} })
    return notebookId(idAt(asObject(answer, "answer"), "id"))
  }

  async executed(id: NotebookId): Promise<readonly Executed[]> {
    return parseExecuted(await this.ask("GET", `${notebookPath(id)}/executions`))
  }
}
