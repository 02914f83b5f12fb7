/** Files that a program asks for: chosen by the person in one of the tabs, and on their way as those of the Files pane are. */
import { createElement } from "react"
import { AskFailure, type AskContext } from "../../../sync/asks"
import type { NotebookSession } from "../../../sync/session"
import { member, type Json, type JsonObject } from "../../../wire/json"
import { runningCell } from "../output_asks"
import type { OpenNotebook } from "../context"
import { AskedUploadBox } from "./AskedUploadBox"
import { filesOf } from "./files"
import { newUploadId, type Uploading } from "./uploading"

interface Wish {
  readonly folder: string
  /** The name that the file gets; null: its own. */
  readonly name: string | null
  readonly several: boolean
  /** Over the page, for a program that is no cell. */
  readonly window: boolean
}

export class AskedUpload {
  private sent: readonly string[] | null = null
  private readonly listeners = new Set<() => void>()

  /** `take` is waited for before something is sent; `done` is told what arrived, or null when the person wants none. */
  constructor(
    readonly wish: Wish, readonly uploading: Uploading, private readonly take: () => Promise<void>,
    private readonly done: (answer: Json) => void,
  ) {}

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener)
    return () => this.listeners.delete(listener)
  }

  /** The uploads that were begun; null while nothing was chosen. */
  get ids(): readonly string[] | null {
    return this.sent
  }

  async begin(files: readonly File[]): Promise<void> {
    const { folder, name, several } = this.wish
    const chosen = several ? files : files.slice(0, 1)
    if (this.sent || chosen.length === 0) return
    const ids = chosen.map(newUploadId)
    this.set(ids)
    await this.take()
    const base = folder === "/" ? "" : folder
    const paths = await Promise.all(chosen.map((file, at) =>
      this.uploading.add(file, `${base}/${name ?? file.name}`, name === null ? "keep_both" : "replace", ids[at])))
    this.done({
      files: chosen.flatMap((file, at): Json[] => {
        const path = paths[at] ?? null
        return path === null ? [] : [{ path, name: file.name, type: file.type, size: file.size, modified_ms: file.lastModified }]
      }),
    })
  }

  /** What has arrived stays. */
  cancel(): void {
    if (this.sent) this.stop()
    else this.done({ files: [] })
  }

  stop(): void {
    for (const id of this.sent ?? []) this.uploading.cancel(id)
  }

  private set(ids: readonly string[]): void {
    this.sent = ids
    for (const listener of [...this.listeners]) listener()
  }
}

/** Shows the box until it is answered, or nobody waits any more. */
export async function answerUpload(notebook: OpenNotebook, params: JsonObject, { signal, take }: AskContext): Promise<Json> {
  const wish = wishOf(params)
  await loaded(notebook.session)
  const { state, user, inUse } = notebook.session.view
  const place = wish.window || !state || !user ? null : runningCell(state, user.id, inUse)
  return new Promise((resolve, reject) => {
    if (signal.aborted) return
    const upload = new AskedUpload(wish, filesOf(notebook).uploading, take, (answer) => {
      hide()
      resolve(answer)
    })
    const hide = notebook.asked.show(place, () => createElement(AskedUploadBox, { upload, isWindow: place === null }))
    signal.addEventListener("abort", () => {
      hide()
      upload.stop()
      reject(new AskFailure("over", "Nobody waits any more."))
    })
  })
}

function wishOf(params: JsonObject): Wish {
  const folder = member(params, "folder")
  const name = member(params, "name") ?? null
  if (typeof folder !== "string" || !folder.startsWith("/")) throw new AskFailure("invalid", "A folder has an absolute path.")
  if (name !== null && (typeof name !== "string" || name === "" || name.includes("/"))) throw new AskFailure("invalid", "A file has a name.")
  return { folder, name, several: member(params, "several") === true, window: member(params, "window") === true }
}

/** A page that was opened just now knows its cells in a moment. */
function loaded(session: NotebookSession): Promise<void> {
  const here = (): boolean => session.view.state !== null && session.view.user !== null
  if (here()) return Promise.resolve()
  return new Promise((resolve) => {
    const silence = session.subscribe(() => {
      if (!here()) return
      silence()
      resolve()
    })
  })
}
