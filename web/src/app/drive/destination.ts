/** A file's way into the Drive, as the list of uploads wants it. */
import { ApiError } from "../../sync/http"
import type { DriveApi } from "../../sync/drive_api"
import { TakenError, Transfers, type Destination, type Taken } from "../../sync/transfers"
import { errorText } from "../errors"
import { remember, remembered } from "../remembered"

/** Kept in this browser, so that the same file goes on where an earlier page left it. */
const keyOf = (id: string): string => `colibri.upload.${id}`
const markOf = (file: File): string => `${file.name}/${file.size}/${file.lastModified}`

function withNumber(path: string, number: number): string {
  const slash = path.lastIndexOf("/")
  const dot = path.lastIndexOf(".")
  const end = dot > slash + 1 ? dot : path.length
  return `${path.slice(0, end)} (${number})${path.slice(end)}`
}

const isTaken = (error: unknown): boolean => error instanceof ApiError && error.status === 409

export class DriveDestination implements Destination {
  private id: string | null = null

  constructor(private readonly api: DriveApi, private readonly path: string, private readonly file: File,
    private readonly onDone: () => void) {}

  async begin(taken: Taken): Promise<number> {
    if (this.id !== null) return this.received()
    const before = (await this.api.uploads()).find(({ id, path, bytes }) =>
      path === this.path && bytes === this.file.size && remembered(keyOf(id)) === markOf(this.file))
    if (before) {
      this.id = before.id
      return before.received
    }
    for (let number = 0; ; number += 1) {
      const path = number === 0 ? this.path : withNumber(this.path, number)
      try {
        const { id, received } = await this.api.beginUpload(path, this.file.size, taken === "replace")
        this.id = id
        remember(keyOf(id), markOf(this.file))
        return received
      } catch (error) {
        if (!isTaken(error) || number > 100) throw error
        if (taken !== "both") throw new TakenError()
      }
    }
  }

  async send(from: number, piece: Blob): Promise<number> {
    return (await this.api.append(this.id ?? "", from, piece)).received
  }

  async received(): Promise<number> {
    return (await this.api.upload(this.id ?? "")).received
  }

  async finish(): Promise<void> {
    const { id } = this
    if (id === null) return
    try {
      await this.api.finishUpload(id)
    } catch (error) {
      // Another has taken the name meanwhile: it is begun anew under what the person says.
      if (!isTaken(error)) throw error
      await this.drop()
      throw new TakenError()
    }
    remember(keyOf(id), null)
    this.id = null
    this.onDone()
  }

  async drop(): Promise<void> {
    const { id } = this
    if (id === null) return
    this.id = null
    remember(keyOf(id), null)
    await this.api.dropUpload(id)
  }
}

/** The list of uploads of this page: it outlives the folder that one looks at. */
export const driveTransfers = new Transfers({
  isOffline: (error) => error instanceof ApiError && (error.status === 0 || error.status >= 502 && error.status <= 504),
  words: errorText,
})
