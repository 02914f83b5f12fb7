/** The HTTP routes by which a person is connected to GitHub and saves notebooks there. */
import {
  parseConnection, parseOwnRepositories, parsePlace, type GitHubConnection, type GitHubPlace, type OwnRepository,
} from "../wire/github"
import type { NotebookId } from "../wire/ids"
import { asObject, stringAt, type Json } from "../wire/json"
import { parseBranches } from "../wire/opening"
import type { Ask } from "./account_api"

export interface FileDraft {
  readonly repository: string
  readonly branch: string
  readonly path: string
  readonly message: string
  /** Its first cell leads back to here. */
  readonly link: boolean
}

export interface GistDraft {
  /** The gist that it has, not a new one. */
  readonly update: boolean
  readonly public: boolean
  readonly link: boolean
}

/** A large notebook goes to GitHub before the answer comes. */
const saveDeadlineMs = 400_000
const askDeadlineMs = 90_000

const notebookPath = (id: NotebookId): string => `/api/notebooks/${encodeURIComponent(id)}`

export class GitHubApi {
  constructor(private readonly ask: Ask) {}

  async connection(): Promise<GitHubConnection> {
    return parseConnection(await this.ask("GET", "/api/me/github"))
  }

  async connect(token: string): Promise<GitHubConnection> {
    return parseConnection(await this.ask("PUT", "/api/me/github", { body: { token }, deadlineMs: askDeadlineMs }))
  }

  async disconnect(): Promise<void> {
    await this.ask("DELETE", "/api/me/github")
  }

  /** Where the browser goes to be connected; it comes back to `to`. */
  async signInUrl(to: string): Promise<string> {
    return stringAt(asObject(await this.ask("POST", "/api/me/github/sign-in", { body: { to } }), "answer"), "url")
  }

  /** All that the person has to do with, private ones too. */
  async ownRepositories(): Promise<readonly OwnRepository[]> {
    return parseOwnRepositories(await this.ask("GET", "/api/github/repositories?private=1", { deadlineMs: askDeadlineMs }))
  }

  async branches(repository: string): Promise<readonly string[]> {
    const path = repository.split("/").map(encodeURIComponent).join("/")
    return parseBranches(await this.ask("GET", `/api/github/repositories/${path}/branches`, { deadlineMs: askDeadlineMs }))
  }

  async place(id: NotebookId): Promise<GitHubPlace> {
    return parsePlace(await this.ask("GET", `${notebookPath(id)}/github`))
  }

  /**
   * Returns where it can be looked at. `over`: the version that may be replaced, instead of the one that is known.
   * ApiError `changed` when there is another.
   */
  async saveFile(id: NotebookId, draft: FileDraft, over?: string): Promise<string> {
    return this.save(`${notebookPath(id)}/github`, { ...draft }, over)
  }

  async saveGist(id: NotebookId, draft: GistDraft, over?: string): Promise<string> {
    return this.save(`${notebookPath(id)}/gist`, { ...draft }, over)
  }

  private async save(path: string, draft: Readonly<Record<string, Json>>, over?: string): Promise<string> {
    const body = over === undefined ? draft : { ...draft, over }
    return stringAt(asObject(await this.ask("POST", path, { body, deadlineMs: saveDeadlineMs }), "answer"), "url")
  }
}
