/**
 * Files on their way to the server, a few at a time: each goes in pieces, waits out a lost connection and
 * goes on where it stopped. Who brings them where is for the caller to say.
 */
export type TransferState = "waiting" | "running" | "offline" | "taken" | "failed" | "done"

export interface Transfer {
  readonly id: number
  readonly name: string
  readonly bytes: number
  readonly sent: number
  readonly state: TransferState
  /** Why it failed, in words. */
  readonly error: string
}

/** What to do about a file of the same name. */
export type Taken = "ask" | "replace" | "both"

/** Where one file goes. */
export interface Destination {
  /** Makes ready to send, and says how much is there already. Throws TakenError for a name that is taken. */
  begin(taken: Taken): Promise<number>
  /** Sends a piece from there on; returns up to where it is there. */
  send(from: number, piece: Blob): Promise<number>
  /** How much is there, asked anew. */
  received(): Promise<number>
  finish(): Promise<void>
  drop(): Promise<void>
}

export class TakenError extends Error {
  override name = "TakenError"
}

export interface TransfersOptions {
  /** Whether the failure is of the connection, so that trying again helps. */
  readonly isOffline: (error: unknown) => boolean
  readonly words: (error: unknown) => string
  /** Waits this long; a test's clock may not. */
  readonly wait?: (ms: number) => Promise<void>
  readonly pieceBytes?: number
}

const atOnce = 2
const usualPiece = 8 << 20
const firstPauseMs = 1000
const longestPauseMs = 20_000

interface Job {
  transfer: Transfer
  readonly file: Blob
  readonly destination: Destination
  taken: Taken
  cancelled: boolean
}

export class Transfers {
  private readonly jobs: Job[] = []
  private readonly listeners = new Set<() => void>()
  private shown: readonly Transfer[] = []
  private next = 1

  constructor(private readonly options: TransfersOptions) {}

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener)
    return () => {
      this.listeners.delete(listener)
    }
  }

  /** The same list as long as nothing changes. */
  readonly list = (): readonly Transfer[] => this.shown

  add(name: string, file: Blob, destination: Destination): void {
    this.jobs.push({
      transfer: { id: this.next++, name, bytes: file.size, sent: 0, state: "waiting", error: "" },
      file, destination, taken: "ask", cancelled: false,
    })
    this.tell()
    this.start()
  }

  /** Leaves the list, and what was sent of it is thrown away. */
  cancel(id: number): void {
    const job = this.jobs.find(({ transfer }) => transfer.id === id)
    if (!job) return
    const unfinished = job.transfer.state !== "done"
    job.cancelled = true
    this.jobs.splice(this.jobs.indexOf(job), 1)
    if (unfinished) void job.destination.drop().catch(() => undefined)
    this.tell()
    this.start()
  }

  /** Goes on with one that failed, or whose name is taken. */
  resume(id: number, taken?: Taken): void {
    const job = this.jobs.find(({ transfer }) => transfer.id === id)
    if (!job || !["failed", "taken"].includes(job.transfer.state)) return
    if (taken) job.taken = taken
    this.change(job, { state: "waiting", error: "" })
    this.start()
  }

  /** Those that are done leave the list. */
  clear(): void {
    for (const job of [...this.jobs]) if (job.transfer.state === "done") this.jobs.splice(this.jobs.indexOf(job), 1)
    this.tell()
  }

  get busy(): boolean {
    return this.jobs.some(({ transfer }) => ["waiting", "running", "offline"].includes(transfer.state))
  }

  private start(): void {
    const running = this.jobs.filter(({ transfer }) => ["running", "offline"].includes(transfer.state)).length
    const ready = this.jobs.filter(({ transfer }) => transfer.state === "waiting")
    for (const job of ready.slice(0, Math.max(0, atOnce - running))) {
      this.change(job, { state: "running" })
      void this.run(job).finally(() => this.start())
    }
  }

  private async run(job: Job): Promise<void> {
    try {
      let sent = await this.patiently(job, () => job.destination.begin(job.taken))
      const piece = this.options.pieceBytes ?? usualPiece
      while (sent < job.file.size && !job.cancelled) {
        this.change(job, { sent })
        const from = sent
        sent = await this.patiently(job, () => job.destination.send(from, job.file.slice(from, from + piece)),
          async () => {
            sent = await job.destination.received()
            return sent
          }, from)
      }
      if (job.cancelled) return
      this.change(job, { sent })
      await this.patiently(job, async () => {
        await job.destination.finish()
        return 0
      })
      this.change(job, { state: "done" })
    } catch (error) {
      if (error instanceof TakenError) this.change(job, { state: "taken" })
      else this.change(job, { state: "failed", error: this.options.words(error) })
    }
  }

  /** Does it again and again while the server cannot be reached; `look` tells first whether it has moved on. */
  private async patiently(
    job: Job, act: () => Promise<number>, look?: () => Promise<number>, from = -1,
  ): Promise<number> {
    let failedBefore = false
    for (let pause = firstPauseMs; ; pause = Math.min(2 * pause, longestPauseMs)) {
      try {
        if (failedBefore && look) {
          const there = await look()
          if (there !== from) return this.online(job, there)
        }
        return this.online(job, await act())
      } catch (error) {
        if (job.cancelled || !this.options.isOffline(error)) throw error
        failedBefore = true
        this.change(job, { state: "offline" })
        await (this.options.wait ?? wait)(pause)
        if (this.isGone(job)) throw error
      }
    }
  }

  private isGone(job: Job): boolean {
    return job.cancelled
  }

  private online(job: Job, value: number): number {
    if (job.transfer.state === "offline") this.change(job, { state: "running" })
    return value
  }

  private change(job: Job, change: Partial<Transfer>): void {
    if (job.cancelled) return
    job.transfer = { ...job.transfer, ...change }
    this.tell()
  }

  private tell(): void {
    this.shown = this.jobs.map(({ transfer }) => transfer)
    for (const listener of [...this.listeners]) listener()
  }
}

const wait = (ms: number): Promise<void> => new Promise((done) => {
  setTimeout(done, ms)
})
