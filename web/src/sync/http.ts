/** The HTTP API. Everything that fetches is here, and beside it in runtime_files.ts. */
import {
  parseApiError, parseImported, parseMe, parseNotebooks,
  type Imported, type Me, type NotebookEntry,
} from "../wire/api"
import { notebookId, type NotebookId } from "../wire/ids"
import { asObject, idAt, parseJson, type Json } from "../wire/json"
import { AccountApi, type Ask } from "./account_api"
import { SharingApi } from "./sharing_api"
import { HistoryApi } from "./history_api"
import { RuntimesApi } from "./runtimes_api"
import { SecretsApi } from "./secrets_api"
import { SessionsApi } from "./sessions_api"

export class ApiError extends Error {
  override name = "ApiError"

  /** `status` 0: the server was not reached. `answer`: all that it said. */
  constructor(readonly status: number, readonly code: string, readonly detail: string, readonly answer?: Json) {
    super(detail)
  }
}

const deadlineMs = 30_000
const uploadDeadlineMs = 600_000

export interface ProfileChange {
  readonly name?: string
  readonly email?: string
  readonly password?: { readonly old: string; readonly new: string }
}

interface Request {
  readonly body?: Json | Blob
  readonly deadlineMs?: number
}

const notebookPath = (id: NotebookId): string => `/api/notebooks/${encodeURIComponent(id)}`

/** Where a browser downloads the notebook's file from. */
export const fileUrl = (id: NotebookId): string => `${notebookPath(id)}/file`

export class Api {
  /** Sent with every unsafe request; known after me(). */
  private csrf = ""
  readonly account = new AccountApi((method, path, request) => this.ask(method, path, request))
  readonly sharing = new SharingApi((method, path, request) => this.ask(method, path, request))
  readonly runtimes = new RuntimesApi((method, path, request) => this.ask(method, path, request))
  readonly sessions = new SessionsApi((method, path, request) => this.ask(method, path, request))
  readonly secrets = new SecretsApi((method, path, request) => this.ask(method, path, request))
  readonly history = new HistoryApi((method, path, request) => this.ask(method, path, request))

  /** Routes that a part of the page asks for which comes when it is wanted. */
  part<T>(Part: new (ask: Ask, csrf: () => string) => T): T {
    return new Part((method, path, request) => this.ask(method, path, request), () => this.csrf)
  }

  constructor(private readonly fetcher: typeof fetch = (...request) => fetch(...request)) {}

  /** Who is signed in, or null. */
  async me(): Promise<Me | null> {
    try {
      const me = parseMe(await this.ask("GET", "/api/me"))
      this.csrf = me.csrf
      return me
    } catch (error) {
      if (error instanceof ApiError && error.status === 401) return null
      throw error
    }
  }

  async signIn(email: string, password: string): Promise<void> {
    await this.ask("POST", "/api/sign-in", { body: { email, password } })
  }

  async signInByLink(token: string): Promise<void> {
    await this.ask("POST", "/api/sign-in/link", { body: { token } })
  }

  async signOut(): Promise<void> {
    await this.ask("POST", "/api/sign-out")
    this.csrf = ""
  }

  async changeProfile(change: ProfileChange): Promise<void> {
    await this.ask("PATCH", "/api/me", { body: { ...change } })
  }

  async notebooks(): Promise<readonly NotebookEntry[]> {
    return parseNotebooks(await this.ask("GET", "/api/notebooks"))
  }

  /** In this folder of the Drive, or where notebooks are. */
  async createNotebook(folder = ""): Promise<NotebookId> {
    const answer = await this.ask("POST", "/api/notebooks", { body: folder === "" ? {} : { folder } })
    return notebookId(idAt(asObject(answer, "answer"), "id"))
  }

  async importNotebook(name: string, content: Blob): Promise<Imported> {
    const path = `/api/notebooks/import?name=${encodeURIComponent(name)}`
    return parseImported(
      await this.ask("POST", path, { body: content, deadlineMs: uploadDeadlineMs }))
  }

  /** The beginning of a file of the Drive. */
  async beginningOf(href: string, bytes: number): Promise<ArrayBuffer> {
    const response = await this.fetcher(href, {
      headers: { range: `bytes=0-${bytes - 1}` }, credentials: "same-origin", signal: AbortSignal.timeout(deadlineMs),
    })
    // Of an empty file there are no such bytes.
    if (response.status === 416) return new ArrayBuffer(0)
    if (!response.ok) throw new ApiError(response.status, "unavailable", `The server answered ${response.status}.`)
    return response.arrayBuffer()
  }

  /** A whole file of the Drive, or of a cloud in it. */
  async wholeOf(href: string): Promise<Blob> {
    const response = await this.fetcher(href, { credentials: "same-origin", signal: AbortSignal.timeout(uploadDeadlineMs) })
    if (!response.ok) throw new ApiError(response.status, "unavailable", `The server answered ${response.status}.`)
    return response.blob()
  }

  async renameNotebook(id: NotebookId, title: string): Promise<void> {
    await this.ask("PATCH", notebookPath(id), { body: { title } })
  }

  async removeNotebook(id: NotebookId): Promise<void> {
    await this.ask("DELETE", notebookPath(id))
  }

  private async ask(method: string, path: string, request: Request = {}): Promise<Json> {
    const { body } = request
    const headers = new Headers({ accept: "application/json" })
    if (method !== "GET" && this.csrf !== "") headers.set("x-colibri-csrf", this.csrf)
    if (body instanceof Blob) headers.set("content-type", "application/octet-stream")
    else if (body !== undefined) headers.set("content-type", "application/json")
    const answer = await this.reach(path, {
      method, headers, credentials: "same-origin", cache: "no-store",
      signal: AbortSignal.timeout(request.deadlineMs ?? deadlineMs),
      ...(body === undefined ? {} : { body: body instanceof Blob ? body : JSON.stringify(body) }),
    })
    if (!answer.response.ok) {
      const failure = parseApiError(answer.json, {
        code: "unavailable", detail: `The server answered ${answer.response.status}.`,
      })
      throw new ApiError(answer.response.status, failure.code, failure.detail, answer.json)
    }
    return answer.json ?? {}
  }

  private async reach(
    path: string, init: RequestInit,
  ): Promise<{ response: Response; json: Json | undefined }> {
    try {
      const response = await this.fetcher(path, init)
      const text = await response.text()
      return { response, json: readJson(text) }
    } catch (error) {
      throw new ApiError(0, "unavailable", error instanceof Error ? error.message : String(error))
    }
  }
}

function readJson(text: string): Json | undefined {
  try {
    return parseJson(text)
  } catch {
    return undefined
  }
}
