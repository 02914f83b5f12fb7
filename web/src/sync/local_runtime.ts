/**
 * A runtime at a Jupyter server of the person's own: this page's worker speaks for it. What is needed to go on after
 * the page was loaded anew is kept in this tab, the server's token with it, and goes nowhere else.
 */
import type { JupyterServer } from "../model/jupyter_url"
import type { NotebookId, UserId } from "../wire/ids"
import { asObject, idAt, optionalStringAt, parseJson } from "../wire/json"
import type { Lease } from "../wire/lease"
import {
  parseFromWorker, parseRecord, type FromWorker, type JupyterKernel, type LocalProblem, type LocalRecord, type LocalState,
  type ToWorker, type Words,
} from "../wire/local_worker"
import { Listeners } from "./listeners"

export const localFlavor = "local"

export interface LocalView {
  readonly phase: "none" | LocalState
  /** A server is being asked what it has. */
  readonly looking: boolean
  /** Of the server that was asked last. */
  readonly kernels: readonly JupyterKernel[]
  /** The kernel that the server takes by itself. */
  readonly chosen: string
  readonly problem: { readonly kind: LocalProblem | "colibri"; readonly detail: string } | null
}

export interface WorkerLike {
  postMessage(message: string): void
  terminate(): void
  onmessage: ((event: MessageEvent<unknown>) => void) | null
  onerror: ((event: ErrorEvent) => void) | null
}

interface Surroundings {
  readonly user: UserId
  readonly notebook: NotebookId
  readonly storage: Storage | null
  readonly worker: () => WorkerLike
  /** Asks this server for the runtime. */
  readonly ask: () => Promise<{ readonly runtime: string; readonly token: string }>
  readonly giveUp: () => void
  /** The link's address at this server. */
  readonly socket: () => string
  readonly words: () => Words
  /** Runs `go` when no other tab of this browser speaks for the runtime; what it returns ends that. */
  readonly alone: (runtime: string, go: () => Promise<void>) => void
}

interface Kept extends JupyterServer, LocalRecord {
  readonly runtime: string
  readonly link_token: string
  readonly kernel: string
}

const prefix = "colibri.local"
const nothing: LocalView = { phase: "none", looking: false, kernels: [], chosen: "", problem: null }

export function forgetLocalRuntimes(storage: Storage | null, user: UserId): void {
  for (const key of Object.keys(storage ?? {})) {
    if (key.startsWith(`${prefix} ${user} `)) storage?.removeItem(key)
  }
}

export class LocalRuntime {
  private now: LocalView = nothing
  private readonly listeners = new Listeners()
  /** Speaks for the runtime. */
  private worker: WorkerLike | null = null
  /** Asks a server, while that takes. */
  private looker: WorkerLike | null = null
  private server: JupyterServer | null = null
  private kept: Kept | null = null
  private resuming = false
  private release: (() => void) | null = null

  constructor(private readonly around: Surroundings) {
    this.kept = this.read()
  }

  get view(): LocalView {
    return this.now
  }

  readonly subscribe = (listener: () => void): (() => void) => this.listeners.subscribe(listener)

  /** Asks the server what kernels it has. */
  look(server: JupyterServer): void {
    this.server = server
    this.endLook()
    const looker = this.open((message) => {
      if (this.looker !== looker) return
      this.endLook()
      if (message.type === "found") this.show({ ...this.now, looking: false, kernels: message.kernels, chosen: message.chosen })
      else if (message.type === "problem") this.fail(message.problem, message.detail)
    })
    this.looker = looker
    this.show({ ...this.now, looking: true, kernels: [], chosen: "", problem: null })
    this.say(looker, { type: "look", ...server })
  }

  /** Starts a kernel there, for this notebook, which has no runtime now. */
  async connect(kernel: string): Promise<void> {
    const { server } = this
    if (!server) return
    this.show({ ...this.now, phase: "starting", problem: null })
    try {
      const { runtime, token } = await this.around.ask()
      this.around.alone(runtime, () => new Promise((release) => {
        this.release = release
      }))
      this.start({ ...server, runtime, link_token: token, kernel, kernel_id: "", session: "", running: "" }, null)
    } catch (error) {
      this.show({ ...this.now, phase: "none" })
      this.fail("colibri", error instanceof Error ? error.message : String(error))
    }
  }

  /** What was asked of a server is of no interest any more. */
  forget(): void {
    this.endLook()
    this.show({ ...this.now, looking: false, kernels: [], chosen: "", problem: null })
  }

  /** What the server says of the person's own runtime: null when it has none. */
  told(lease: Lease | null): void {
    const { kept } = this
    if (!kept) return
    const over = lease?.id !== kept.runtime || lease.state === "ended"
    if (over && this.now.phase !== "starting") {
      this.drop()
    } else if (!over && !this.worker && !this.resuming && kept.kernel_id !== "") {
      this.resuming = true
      this.around.alone(kept.runtime, () => new Promise((release) => {
        this.resuming = false
        this.release = release
        // Another tab may have been the one meanwhile.
        const newest = this.read()
        if (newest && !this.worker) this.start(newest, newest)
      }))
    }
  }

  /** The page goes: what is kept stays. */
  stop(): void {
    this.endLook()
    this.leave()
    this.now = nothing
  }

  private start(kept: Kept, resume: LocalRecord | null): void {
    this.kept = kept
    const worker = this.open((message) => {
      if (this.worker === worker) this.take(worker, message)
    })
    this.worker = worker
    this.show({ ...this.now, phase: "starting" })
    this.say(worker, {
      type: "start", base: kept.base, token: kept.token, socket: this.around.socket(), runtime: kept.runtime,
      link_token: kept.link_token, kernel: kept.kernel, words: this.around.words(),
      resume: resume && { kernel_id: resume.kernel_id, session: resume.session, running: resume.running },
    })
  }

  private open(take: (message: FromWorker) => void): WorkerLike {
    const worker = this.around.worker()
    worker.onmessage = ({ data }) => {
      if (typeof data === "string") take(parseFromWorker(data))
    }
    worker.onerror = () => take({ type: "problem", problem: "kernel", detail: "" })
    return worker
  }

  private say(worker: WorkerLike, message: ToWorker): void {
    worker.postMessage(JSON.stringify(message))
  }

  private take(worker: WorkerLike, message: FromWorker): void {
    switch (message.type) {
      case "found": return
      case "state": return this.show({ ...this.now, phase: message.state })
      case "keep":
        if (this.kept) this.keep({ ...this.kept, ...message.record })
        return this.say(worker, { type: "kept", ticket: message.ticket })
      case "ended": return this.drop()
      case "problem":
        if (this.now.phase === "starting") {
          this.drop()
          this.around.giveUp()
        }
        return this.fail(message.problem, message.detail)
    }
  }

  private fail(kind: LocalProblem | "colibri", detail: string): void {
    this.show({ ...this.now, looking: false, problem: { kind, detail } })
  }

  /** It is over: nothing of it is kept. */
  private drop(): void {
    this.kept = null
    this.around.storage?.removeItem(this.key)
    this.leave()
    this.show({ ...this.now, phase: "none" })
  }

  private endLook(): void {
    this.looker?.terminate()
    this.looker = null
  }

  private leave(): void {
    this.worker?.terminate()
    this.worker = null
    this.release?.()
    this.release = null
  }

  private show(view: LocalView): void {
    this.now = view
    this.listeners.tell()
  }

  private get key(): string {
    return `${prefix} ${this.around.user} ${this.around.notebook}`
  }

  private keep(kept: Kept): void {
    this.kept = kept
    try {
      this.around.storage?.setItem(this.key, JSON.stringify(kept))
    } catch {
      // The browser keeps no more: then a reload finds nothing to go on with.
    }
  }

  private read(): Kept | null {
    try {
      const text = this.around.storage?.getItem(this.key) ?? null
      if (text === null) return null
      const object = asObject(parseJson(text), "what is kept")
      return {
        ...parseRecord(object), base: idAt(object, "base"), token: optionalStringAt(object, "token"),
        runtime: idAt(object, "runtime"), link_token: idAt(object, "link_token"), kernel: optionalStringAt(object, "kernel"),
      }
    } catch {
      return null
    }
  }
}
