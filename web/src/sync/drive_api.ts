/** The HTTP routes about the Drive: lists, folders, moving, the Trash, files on their way. */
import {
  parseDrivePage, parseOutcomes, parseSpace, parseUpload, parseUploads,
  type DrivePage, type DriveView, type Outcome, type Space, type UploadState,
} from "../wire/drive"
import { asObject, stringAt } from "../wire/json"
import type { Ask } from "./account_api"

export type DriveSort = "name" | "modified" | "size" | "opened" | "trashed"

export interface DriveQuery {
  readonly view: DriveView
  /** Of the folder. */
  readonly path?: string
  /** What is looked for. */
  readonly words?: string
  readonly sort: DriveSort
  readonly descending: boolean
}

const slowMs = 600_000
const query = (values: Readonly<Record<string, string | number>>): string =>
  Object.entries(values).map(([name, value]) => `${name}=${encodeURIComponent(value)}`).join("&")

/** Where a browser downloads a file from. */
export const fileHref = (path: string): string => `/api/drive/file?${query({ path })}`
/** The same for the browser's own viewer of PDF. */
export const pdfHref = (path: string): string => `/api/drive/file?${query({ path, as: "pdf" })}`
export const zipHref = (paths: readonly string[]): string => `/api/drive/zip?${query({ paths: JSON.stringify(paths) })}`

export class DriveApi {
  constructor(private readonly ask: Ask) {}

  /** `list` names the list that an earlier piece was of. */
  async page(wish: DriveQuery, offset: number, limit: number, list: string): Promise<DrivePage> {
    const { view, path = "", words = "", sort, descending } = wish
    return parseDrivePage(await this.ask("GET", `/api/drive?${query({
      view, path, q: words, sort, order: descending ? "desc" : "asc", offset, limit, list,
    })}`))
  }

  async space(): Promise<Space> {
    return parseSpace(await this.ask("GET", "/api/drive/space"))
  }

  async makeFolder(path: string): Promise<void> {
    await this.ask("POST", "/api/drive/folders", { body: { path } })
  }

  async rename(path: string, name: string): Promise<void> {
    await this.ask("POST", "/api/drive/rename", { body: { path, name } })
  }

  async move(paths: readonly string[], to: string): Promise<readonly Outcome[]> {
    return parseOutcomes(await this.ask("POST", "/api/drive/move", { body: { paths, to }, deadlineMs: slowMs }))
  }

  async copy(paths: readonly string[], to: string): Promise<readonly Outcome[]> {
    return parseOutcomes(await this.ask("POST", "/api/drive/copy", { body: { paths, to }, deadlineMs: slowMs }))
  }

  async star(path: string, starred: boolean): Promise<void> {
    await this.ask("PUT", "/api/drive/star", { body: { path, starred } })
  }

  async trash(paths: readonly string[]): Promise<readonly Outcome[]> {
    return parseOutcomes(await this.ask("POST", "/api/drive/trash", { body: { paths }, deadlineMs: slowMs }))
  }

  async restore(names: readonly string[]): Promise<readonly Outcome[]> {
    return parseOutcomes(await this.ask("POST", "/api/drive/trash/restore", { body: { names } }))
  }

  async erase(names: readonly string[]): Promise<readonly Outcome[]> {
    return parseOutcomes(await this.ask("POST", "/api/drive/trash/erase", { body: { names }, deadlineMs: slowMs }))
  }

  async emptyTrash(): Promise<void> {
    await this.ask("POST", "/api/drive/trash/empty", { body: {}, deadlineMs: slowMs })
  }

  async beginUpload(path: string, bytes: number, replaces: boolean): Promise<UploadState> {
    return parseUpload(await this.ask("POST", "/api/drive/uploads", { body: { path, bytes, replaces } }))
  }

  async uploads(): Promise<readonly UploadState[]> {
    return parseUploads(await this.ask("GET", "/api/drive/uploads"))
  }

  async upload(id: string): Promise<UploadState> {
    return parseUpload(await this.ask("GET", `/api/drive/uploads/${encodeURIComponent(id)}`))
  }

  async append(id: string, from: number, piece: Blob): Promise<UploadState> {
    return parseUpload(await this.ask("PUT", `/api/drive/uploads/${encodeURIComponent(id)}?from=${from}`, {
      body: piece, deadlineMs: slowMs,
    }))
  }

  async finishUpload(id: string): Promise<string> {
    const answer = await this.ask("POST", `/api/drive/uploads/${encodeURIComponent(id)}/finish`, {
      body: {}, deadlineMs: slowMs,
    })
    return stringAt(asObject(answer, "answer"), "path")
  }

  async dropUpload(id: string): Promise<void> {
    await this.ask("DELETE", `/api/drive/uploads/${encodeURIComponent(id)}`)
  }
}
