/** The HTTP routes about what can be opened: examples, GitHub, and what is known of a notebook. */
import { notebookId, type NotebookId } from "../wire/ids"
import { asObject, idAt, type Json, type JsonObject } from "../wire/json"
import {
  parseBranches, parseExamples, parseFacts, parseGitHubFacts, parseGitHubNotebooks, parseRepositories, parseServerFacts,
  type ExampleEntry, type GitHubFacts, type GitHubNotebooks, type NotebookFacts, type RepositoryEntry, type ServerFacts,
} from "../wire/opening"
import type { Ask } from "./account_api"

/** A notebook that is in no Drive here, as addresses of the page name it. */
export type Foreign =
  | { readonly from: "examples"; readonly path: string }
  /** "owner/name/blob/REF/PATH.ipynb" */
  | { readonly from: "github"; readonly path: string }
  /** "USER/ID" */
  | { readonly from: "gist"; readonly path: string }

/** Where its file is. */
export function fileOf({ from, path }: Foreign, language: string): string {
  const query = new URLSearchParams(from === "examples" ? { language } : from === "gist" ? { gist: path } : { path })
  const route = from === "examples" ? `/api/examples/${encodeURIComponent(path)}/file` : "/api/github/file"
  return `${route}?${query.toString()}`
}

const repositoryPath = (name: string): string =>
  `/api/github/repositories/${name.split("/").map(encodeURIComponent).join("/")}`

export class OpeningApi {
  constructor(private readonly ask: Ask) {}

  async examples(): Promise<readonly ExampleEntry[]> {
    return parseExamples(await this.ask("GET", "/api/examples"))
  }

  /** A playground of it; an example in the language if it speaks that. */
  async play({ from, path }: Foreign, language: string): Promise<NotebookId> {
    const route = from === "examples" ? `/api/examples/${encodeURIComponent(path)}/playground` : "/api/github/playground"
    const body: JsonObject = from === "examples" ? { language } : from === "gist" ? { gist: path } : { path }
    const answer = await this.ask("POST", route, { body })
    return notebookId(idAt(asObject(answer, "answer"), "id"))
  }

  /** The notebook itself, as a file. */
  async file(foreign: Foreign, language: string): Promise<Json> {
    return this.ask("GET", fileOf(foreign, language))
  }

  async notebookFile(id: NotebookId): Promise<Json> {
    return this.ask("GET", `/api/notebooks/${encodeURIComponent(id)}/file`)
  }

  /** The notebook whose code cells are the built-in snippets. */
  async snippets(): Promise<Json> {
    return this.ask("GET", "/api/snippets")
  }

  async facts(id: NotebookId): Promise<NotebookFacts> {
    return parseFacts(await this.ask("GET", `/api/notebooks/${encodeURIComponent(id)}`))
  }

  async server(): Promise<ServerFacts> {
    return parseServerFacts(await this.ask("GET", "/api/about"))
  }

  async github(): Promise<GitHubFacts> {
    return parseGitHubFacts(await this.ask("GET", "/api/github"))
  }

  /** Of a user or an organisation; without one, of the person who is connected. */
  async repositoriesOf(owner: string, withPrivate: boolean): Promise<readonly RepositoryEntry[]> {
    return this.repositories({ owner }, withPrivate)
  }

  async searchRepositories(words: string, withPrivate: boolean): Promise<readonly RepositoryEntry[]> {
    return this.repositories({ search: words }, withPrivate)
  }

  private async repositories(wanted: Readonly<Record<string, string>>, withPrivate: boolean): Promise<readonly RepositoryEntry[]> {
    const query = new URLSearchParams({ ...wanted, ...(withPrivate ? { private: "1" } : {}) })
    return parseRepositories(await this.ask("GET", `/api/github/repositories?${query.toString()}`, { deadlineMs: 90_000 }))
  }

  async branches(repository: string): Promise<readonly string[]> {
    return parseBranches(await this.ask("GET", `${repositoryPath(repository)}/branches`))
  }

  async notebooksIn(repository: string, ref: string): Promise<GitHubNotebooks> {
    return parseGitHubNotebooks(
      await this.ask("GET", `${repositoryPath(repository)}/notebooks?ref=${encodeURIComponent(ref)}`))
  }
}
