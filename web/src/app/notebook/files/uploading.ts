/**
 * Uploads into a runtime: in ranges, at most three files at a time. What broke off goes on from where the runtime says it
 * is, also after the server was away. No checksum of ours: TLS has its own, and hashing took the browser longer than sending.
 */
import { ApiError } from "../../../sync/http"
import type { Collision, RuntimeFilesApi, Sending } from "../../../sync/runtime_files"
import { parentOf, type Place } from "../../../wire/runtime_files"
import { errorText } from "../../errors"

export type UploadState = "waiting" | "sending" | "finishing" | "collision" | "broken" | "done" | "cancelled"

export interface Upload {
  readonly id: string
  readonly path: string
  readonly size: number
  readonly sent: number
  readonly state: UploadState
  readonly why: string
}

/** What an upload asks of the runtime. */
export type UploadRoutes = Pick<RuntimeFilesApi, "offset" | "send" | "finishUpload" | "discardUpload">

interface Job {
  readonly file: File
  readonly place: Place
  readonly id: string
  collision: Collision
  sending: Sending | null
  settled: (path: string | null) => void
}

const rangeBytes = 64 << 20
const atOnce = 3
/** How often a range is tried again by itself, with a longer pause each time. */
const tries = 6

export class Uploading {
  private uploads: readonly Upload[] = []
  private readonly jobs = new Map<string, Job>()
  private readonly listeners = new Set<() => void>()

  /** `arrived` is told of each folder that something came into. */
  constructor(private readonly api: UploadRoutes, private readonly arrived: (folder: string) => void) {}

  get view(): readonly Upload[] {
    return this.uploads
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener)
    return () => this.listeners.delete(listener)
  }

  /** Begins; the path that the file has in the end, or null when it was given up. */
  add(file: File, path: string, collision: Collision = "ask", id: string = newUploadId()): Promise<string | null> {
    return new Promise((settled) => {
      this.jobs.set(id, { file, place: { path, hex: null }, id, collision, sending: null, settled })
      this.set([...this.uploads, { id, path, size: file.size, sent: 0, state: "waiting", why: "" }])
      this.next()
    })
  }

  /** Whether a page that closes now would lose some. */
  get busy(): boolean {
    return this.uploads.some(({ state }) => state === "waiting" || state === "sending" || state === "finishing")
  }

  resume(id: string): void {
    if (this.find(id)?.state !== "broken") return
    this.change(id, { state: "waiting", why: "" })
    this.next()
  }

  /** What a person says about a name that is there already; null: not this file. */
  decide(id: string, collision: Collision | null): void {
    const job = this.jobs.get(id)
    if (!job || this.find(id)?.state !== "collision") return
    if (collision === null) {
      this.cancel(id)
      return
    }
    job.collision = collision
    this.change(id, { state: "waiting" })
    this.next()
  }

  cancel(id: string): void {
    const job = this.jobs.get(id)
    const state = this.find(id)?.state
    if (!job || state === "done" || state === "cancelled") return
    this.change(id, { state: "cancelled" })
    job.sending?.abort()
    void this.api.discardUpload(job.place, id).catch(() => undefined)
    this.end(job, null)
  }

  /** Takes those that are over off the list. */
  clear(): void {
    this.set(this.uploads.filter(({ state }) => state !== "done" && state !== "cancelled"))
  }

  private next(): void {
    const working = this.uploads.filter(({ state }) => state === "sending" || state === "finishing").length
    for (const { id } of this.uploads.filter(({ state }) => state === "waiting").slice(0, Math.max(0, atOnce - working))) {
      this.change(id, { state: "sending" })
      void this.run(id)
    }
  }

  private async run(id: string): Promise<void> {
    const job = this.jobs.get(id)
    if (!job) return
    try {
      await this.sendAll(job)
      if (this.find(id)?.state !== "sending") return
      this.change(id, { state: "finishing" })
      const path = await this.api.finishUpload(job.place, id, job.file, job.collision)
      this.change(id, { state: "done", path, sent: job.file.size })
      this.end(job, path)
    } catch (error) {
      this.failed(job, error)
    }
    this.next()
  }

  private failed(job: Job, error: unknown): void {
    const state = this.find(job.id)?.state
    if (state === "cancelled") return
    const exists = error instanceof ApiError && error.status === 409 && state === "finishing"
    this.change(job.id, exists ? { state: "collision" } : { state: "broken", why: errorText(error) })
  }

  private async sendAll(job: Job): Promise<void> {
    const { file, place, id } = job
    let at = await this.again(() => this.api.offset(place, id))
    // An empty file is a range of nothing.
    while (at < file.size || file.size === 0) {
      at = await this.again(async (first) => {
        const from = first ? at : await this.api.offset(place, id)
        const bytes = file.slice(from, from + rangeBytes)
        if (this.find(id)?.state !== "sending") throw new ApiError(0, "cancelled", "")
        job.sending = this.api.send({
          place, upload: id, offset: from, size: file.size, bytes,
          onProgress: (sent) => this.change(id, { sent: Math.min(file.size, from + sent) }),
        })
        return job.sending.done
      })
      if (file.size === 0) return
    }
  }

  /** What may pass is tried again: a server that is started anew, a line that broke. */
  private async again<T>(work: (first: boolean) => Promise<T>): Promise<T> {
    for (let round = 1; ; round += 1) {
      try {
        return await work(round === 1)
      } catch (error) {
        const passing = error instanceof ApiError && error.code !== "cancelled"
          && (error.status === 0 || error.status === 409 || error.status >= 429)
        if (!passing || round === tries) throw error
        await new Promise((resolve) => setTimeout(resolve, 250 * 2 ** round))
      }
    }
  }

  private end(job: Job, path: string | null): void {
    this.jobs.delete(job.id)
    job.settled(path)
    if (path !== null) this.arrived(parentOf(path))
    this.next()
  }

  private find(id: string): Upload | undefined {
    return this.uploads.find((upload) => upload.id === id)
  }

  private change(id: string, change: Partial<Upload>): void {
    this.set(this.uploads.map((upload) => upload.id === id ? { ...upload, ...change } : upload))
  }

  private set(uploads: readonly Upload[]): void {
    this.uploads = uploads
    for (const listener of [...this.listeners]) listener()
  }
}

export function newUploadId(): string {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("")
}
