/** The HTTP routes about the files of the runtime that one uses for a notebook. */
import type { NotebookId } from "../wire/ids"
import { parseApiError } from "../wire/api"
import { parseJson, type Json } from "../wire/json"
import {
  filesSubprotocol, parseChanged, parseFileEntry, parseListing, parseOffset, parsePath, queryOf,
  type FileEntry, type Listing, type Place,
} from "../wire/runtime_files"
import type { Ask } from "./account_api"
import { ApiError } from "./http"

/** What becomes of a name that is there already. */
export type Collision = "ask" | "replace" | "keep_both"

/** One range of an upload, on its way. */
export interface Sending {
  /** How far the upload has come. */
  readonly done: Promise<number>
  readonly abort: () => void
}

export interface UploadPart {
  readonly place: Place
  readonly upload: string
  readonly offset: number
  /** Of the whole file. */
  readonly size: number
  readonly bytes: Blob
  readonly onProgress: (bytes: number) => void
}

const folderOf = (id: NotebookId): string => `/api/notebooks/${encodeURIComponent(id)}/files`

export class RuntimeFilesApi {
  private readonly base: string

  constructor(notebook: NotebookId, private readonly ask: Ask, private readonly csrf: () => string) {
    this.base = folderOf(notebook)
  }

  async list(folder: Place): Promise<Listing> {
    return parseListing(await this.ask("GET", `${this.base}?${queryOf(folder)}`))
  }

  async status(place: Place): Promise<FileEntry> {
    return parseFileEntry(await this.ask("GET", `${this.base}/status?${queryOf(place)}`))
  }

  async makeFolder(path: string): Promise<void> {
    await this.ask("POST", `${this.base}/folder`, { body: { path } })
  }

  /** The path that it has then. */
  async rename(place: Place, to: string, collision: Collision = "ask"): Promise<string> {
    const from = place.hex === null ? { path: place.path } : { path_hex: place.hex }
    return parsePath(await this.ask("POST", `${this.base}/rename`, { body: { ...from, to, collision } }))
  }

  async remove(place: Place, whole: boolean): Promise<void> {
    await this.ask("DELETE", `${this.base}?${queryOf(place)}${whole ? "&whole=1" : ""}`)
  }

  /** Where a browser downloads it from: a folder as an archive. */
  downloadUrl(place: Place, isFolder: boolean): string {
    return `${this.base}/${isFolder ? "archive" : "content"}?${queryOf(place)}`
  }

  /** At most so many bytes of a file, and which version they are of. */
  async read(place: Place, most: number): Promise<{ readonly blob: Blob; readonly version: string; readonly whole: boolean }> {
    const answer = await this.reach(`${this.base}/content?${queryOf(place)}&whole=1`, { headers: { range: `bytes=0-${most - 1}` } })
    // An empty file has no first byte, and what has no size before it is read comes as it is.
    const response = answer.status === 416 ? await this.reach(`${this.base}/content?${queryOf(place)}&whole=1`, {}) : answer
    if (!response.ok) throw await failureOf(response)
    const total = Number(/\/(\d+)$/.exec(response.headers.get("content-range") ?? "")?.[1] ?? 0)
    const blob = await response.blob()
    return { blob, version: (response.headers.get("etag") ?? "").replace(/"/g, ""), whole: total <= blob.size }
  }

  /** Writes a whole file; `version`: what must be there now, "none" for nothing, null for anything. */
  async write(place: Place, text: string, version: string | null): Promise<FileEntry> {
    const response = await this.reach(`${this.base}/content?${queryOf(place)}`, {
      method: "PUT", body: new Blob([text]),
      headers: {
        "x-colibri-csrf": this.csrf(), "content-type": "application/octet-stream",
        ...(version === null ? {} : version === "none" ? { "if-none-match": "*" } : { "if-match": `"${version}"` }),
      },
    })
    if (!response.ok) throw await failureOf(response)
    return parseFileEntry(await readBody(response))
  }

  /** How far an upload has come; 0 when there is none. */
  async offset(place: Place, upload: string): Promise<number> {
    try {
      return parseOffset(await this.ask("GET", `${this.base}/upload?${queryOf(place)}&upload=${upload}`))
    } catch (error) {
      if (error instanceof ApiError && error.status === 404) return 0
      throw error
    }
  }

  async finishUpload(place: Place, upload: string, file: File, collision: Collision): Promise<string> {
    return parsePath(await this.ask("POST", `${this.base}/upload`, {
      body: { path: place.path, upload, size: file.size, collision, modified_ms: file.lastModified },
    }))
  }

  async discardUpload(place: Place, upload: string): Promise<void> {
    await this.ask("DELETE", `${this.base}/upload?${queryOf(place)}&upload=${upload}`)
  }

  /** By XMLHttpRequest, which tells how much of a body has gone out. */
  send({ place, upload, offset, size, bytes, onProgress }: UploadPart): Sending {
    const request = new XMLHttpRequest()
    request.open("PUT", `${this.base}/upload?${queryOf(place)}&upload=${upload}&offset=${offset}&size=${size}`)
    request.setRequestHeader("x-colibri-csrf", this.csrf())
    request.setRequestHeader("content-type", "application/octet-stream")
    const done = new Promise<number>((resolve, reject) => {
      request.upload.onprogress = ({ loaded }) => onProgress(loaded)
      request.onload = () => {
        if (request.status === 200) resolve(parseOffset(parseJson(request.responseText)))
        else reject(failure(request.status, request.responseText))
      }
      request.onerror = () => reject(new ApiError(0, "unavailable", "The server was not reached."))
      request.onabort = () => reject(new ApiError(0, "cancelled", "The upload was cancelled."))
      request.send(bytes)
    })
    return { done, abort: () => request.abort() }
  }

  /** Tells which of the folders that were set last have changed, until it is closed; `lost`: nobody tells any more. */
  watch(told: (folders: readonly string[]) => void, lost: () => void): { set(folders: readonly string[]): void; close(): void } {
    const url = new URL(`${this.base}/socket`, location.href)
    url.protocol = url.protocol === "https:" ? "wss:" : "ws:"
    url.hash = ""
    const socket = new WebSocket(url, filesSubprotocol)
    let wanted: readonly string[] = []
    const send = (): void => {
      if (socket.readyState === WebSocket.OPEN) socket.send(JSON.stringify({ type: "watch", folders: wanted }))
    }
    socket.onopen = send
    socket.onmessage = ({ data }: MessageEvent<unknown>) => {
      if (typeof data === "string") told(parseChanged(data))
    }
    socket.onclose = lost
    return {
      set: (folders) => {
        wanted = folders
        send()
      },
      close: () => {
        socket.onopen = socket.onmessage = socket.onclose = null
        socket.close()
      },
    }
  }

  private async reach(path: string, init: RequestInit): Promise<Response> {
    try {
      return await fetch(path, { credentials: "same-origin", cache: "no-store", ...init })
    } catch (error) {
      throw new ApiError(0, "unavailable", error instanceof Error ? error.message : String(error))
    }
  }
}

async function readBody(response: Response): Promise<Json> {
  return parseJson(await response.text())
}

function failure(status: number, text: string): ApiError {
  const unknown = { code: "unavailable", detail: `The server answered ${status}.` }
  try {
    const { code, detail } = parseApiError(parseJson(text), unknown)
    return new ApiError(status, code, detail)
  } catch {
    return new ApiError(status, unknown.code, unknown.detail)
  }
}

async function failureOf(response: Response): Promise<ApiError> {
  return failure(response.status, await response.text())
}
