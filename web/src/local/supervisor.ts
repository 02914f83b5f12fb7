/** A local runtime's supervisor: between the link to this server and a kernel of the person's own. */
import { member, type JsonObject } from "../wire/json"
import type { LocalRecord, LocalState, Words } from "../wire/local_worker"
import { parentOf, typeOf, type KernelMessage } from "./channels"
import { JupyterError, type Jupyter } from "./jupyter"
import { KernelConnection, randomId } from "./kernel"
import { Link, type LinkSocket } from "./link"
import { StreamJoiner } from "./stream_joiner"
import { objectIn, textIn, Translator, type LinkEvent } from "./translator"

export interface Page {
  /** Keeps it beyond a load of the page; settles when it is kept. */
  readonly keep: (record: LocalRecord) => Promise<void>
  readonly state: (state: LocalState) => void
  readonly ended: () => void
}

interface Terms {
  readonly runtime: string
  readonly token: string
  readonly kernel: string
  readonly resume: LocalRecord | null
  readonly words: Words
}

/** So long may the Jupyter server be away before its kernel counts as lost. */
const awayMs = 15_000
const halfDoneMs = 5000
const questionMs = 10_000
const lastWordsMs = 5000
const logLines = 500

export class Supervisor {
  private readonly link: Link
  private readonly translator = new Translator()
  private readonly joiner = new StreamJoiner()
  private joining: ReturnType<typeof setTimeout> | undefined
  private connection: KernelConnection | null = null
  private record: LocalRecord
  private language = ""
  private ending = false
  private restarting = false
  private dead = false
  /** Executions that the server has asked for in this page's life, and those that wait for the kernel. */
  private readonly known = new Set<string>()
  private queue: { readonly execution: string; readonly code: string; readonly stop: boolean }[] = []
  private running: string
  private readonly restarts = new Set<string>()
  private readonly questions = new Map<string, string>()
  private readonly log: JsonObject[] = []
  private leftOut = 0
  private awayTimer: ReturnType<typeof setTimeout> | undefined

  constructor(
    private readonly jupyter: Jupyter, private readonly page: Page, private readonly terms: Terms, dialled: () => LinkSocket,
  ) {
    this.record = terms.resume ?? { kernel_id: "", session: randomId(), running: "" }
    this.running = this.record.running
    // It has it already: sent again by the server, it must not run twice.
    if (this.running !== "") this.translator.begin(this.running, this.running)
    this.link = new Link(terms.runtime, terms.token, {
      message: (message, buffers) => this.order(message, buffers),
      open: (open) => this.page.state(open ? (this.dead ? "jupyter_away" : "connected") : "server_away"),
      over: () => this.leave(),
    }, dialled)
  }

  /** Starts the kernel, or comes back to it; a JupyterError when it cannot be. */
  async start(): Promise<void> {
    this.page.state("starting")
    const { resume, kernel } = this.terms
    if (resume) {
      const model = await this.jupyter.kernel(resume.kernel_id).catch(() => undefined)
      const others = model ? member(model, "connections") : 0
      // Jupyter keeps what a kernel says for who comes back only while nobody else listens.
      if (this.running !== "" && typeof others === "number" && others > 0) this.tell(this.terms.words.away)
      this.attach()
    } else {
      const kernel_id = await this.jupyter.start(kernel)
      this.record = { ...this.record, kernel_id }
      await this.page.keep(this.record)
      this.note(`kernel ${kernel} started`)
      this.attach()
    }
    this.link.dial()
  }

  private attach(): void {
    const connection = new KernelConnection(this.jupyter, this.record.kernel_id, this.record.session, {
      message: (message) => this.heard(message),
      ready: (language) => this.onReady(language),
      away: (away) => this.onAway(away),
      gone: () => this.lose("dead", "kernel_died", "The Jupyter server does not have the kernel any more."),
    })
    this.connection = connection
    connection.connect()
  }

  private kernelFrame(state: string, reason = "", detail = ""): void {
    this.emit({
      message: { type: "kernel", state, reason, detail, language: this.language, name: this.terms.kernel },
    })
  }

  private onReady(language: string): void {
    this.language = language
    this.dead = false
    clearTimeout(this.awayTimer)
    this.page.state("connected")
    this.emit({ message: { type: "runtime", state: "ready", reason: "", detail: "" } })
    if (this.restarting) this.note("kernel restarted")
    this.restarting = false
    // Whoever answers this has no cell under way: the end of that one was lost on the way.
    const lost = this.running
    if (lost !== "") setTimeout(() => this.settleLost(lost), 500)
    else this.idle()
  }

  private settleLost(execution: string): void {
    if (this.running !== execution) return
    if (this.translator.halfDone(execution)) {
      for (const event of this.translator.settle(execution)) this.send(event)
      return
    }
    if (this.known.has(execution)) this.tell(this.terms.words.lost)
    this.send({ message: { type: "done", execution, status: "aborted", reason: "page_gone" } })
  }

  private idle(): void {
    this.kernelFrame("idle")
    this.pump()
  }

  private onAway(away: boolean): void {
    clearTimeout(this.awayTimer)
    this.note(away ? "the Jupyter server does not answer" : "the Jupyter server answers again")
    this.page.state(away ? "jupyter_away" : "connected")
    if (!away) return
    this.awayTimer = setTimeout(
      () => this.lose("dead", "kernel_died", "The Jupyter server of the local runtime does not answer."), awayMs)
  }

  /** The kernel's variables are gone, or nobody can tell. */
  private lose(state: "dead" | "restarting", reason: string, detail: string): void {
    if (this.ending) return
    this.note(detail === "" ? reason : detail)
    this.dead = state === "dead"
    if (this.dead) this.page.state("jupyter_away")
    this.flush()
    this.kernelFrame(state, reason, detail)
    const over = [...(this.running === "" ? [] : [this.running]), ...this.queue.map(({ execution }) => execution)]
    this.running = ""
    this.queue = []
    for (const execution of over) this.emit({ message: { type: "done", execution, status: "aborted", reason } })
    for (const request of this.questions.values()) this.refuse(request, "The kernel has ended.")
    this.questions.clear()
  }

  private heard(message: KernelMessage): void {
    if (this.ending) return
    const type = typeOf(message)
    if (message.channel === "iopub" && type === "status" && !this.restarting) {
      const state = textIn(message.content, "execution_state")
      if (state === "dead") return this.lose("dead", "kernel_died", "The kernel has died, and Jupyter does not start it again.")
      if (state === "restarting") {
        this.lose("restarting", "kernel_died", "The kernel has died, and Jupyter starts it again.")
        this.connection?.renew()
        return
      }
    }
    const request = message.channel === "shell" ? this.questions.get(parentOf(message)) : undefined
    if (request !== undefined) {
      this.questions.delete(parentOf(message))
      return this.reply(request, type, message.content)
    }
    for (const event of this.translator.take(message)) this.send(event)
    const { running } = this
    if (running !== "" && message.channel !== "stdin" && this.translator.halfDone(running)) {
      setTimeout(() => {
        if (this.translator.halfDone(running)) for (const event of this.translator.settle(running)) this.send(event)
      }, halfDoneMs)
    }
  }

  /** What the kernel said, with its text joined. */
  private send(event: LinkEvent): void {
    const { message } = event
    if (textIn(message, "type") === "stream") {
      const frames = this.joiner.add(textIn(message, "execution"), textIn(message, "name"), textIn(message, "text"), Date.now())
      for (const frame of frames) this.emit({ message: frame })
      this.joinLater()
      return
    }
    this.flush()
    this.emit(event)
    if (textIn(message, "type") !== "done" || textIn(message, "execution") !== this.running) return
    this.running = ""
    const failed = textIn(message, "status") === "error"
    if (failed) {
      for (const { execution } of this.queue.splice(0)) {
        this.emit({ message: { type: "done", execution, status: "aborted", reason: "" } })
      }
    }
    if (this.queue.length === 0) this.kernelFrame("idle")
    this.pump()
  }

  private flush(): void {
    for (const frame of this.joiner.flush(Date.now())) this.emit({ message: frame })
  }

  private joinLater(): void {
    clearTimeout(this.joining)
    const { due } = this.joiner
    if (due === null) return
    this.joining = setTimeout(() => {
      for (const frame of this.joiner.onTime(Date.now())) this.emit({ message: frame })
      this.joinLater()
    }, Math.max(0, due - Date.now()))
  }

  private emit(event: LinkEvent): void {
    const type = textIn(event.message, "type")
    if (this.link.full && (type === "stream" || type === "output" || type === "update" || type === "comm")) {
      this.leftOut += 1
      return
    }
    if (this.leftOut > 0 && !this.link.full) {
      const text = `[${this.leftOut} outputs were left out: the server took no more.]\n`
      this.leftOut = 0
      this.link.emit({ message: { type: "stream", execution: this.running, name: "stderr", text } })
    }
    this.link.emit(event)
  }

  /** A notice in the cell that runs. */
  private tell(text: string): void {
    this.send({ message: { type: "stream", execution: this.running, name: "stderr", text: `${text}\n` } })
  }

  private pump(): void {
    const next = this.queue[0]
    if (!next || this.running !== "" || !this.connection?.ready || this.restarting || this.ending) return
    this.queue.shift()
    this.running = next.execution
    this.record = { ...this.record, running: next.execution }
    // Kept before it is sent: a page that is loaded anew must not run it again.
    void this.page.keep(this.record).then(() => {
      if (this.running !== next.execution) return
      this.translator.begin(next.execution, next.execution)
      const content = {
        code: next.code, silent: false, store_history: true, user_expressions: {}, allow_stdin: true, stop_on_error: next.stop,
      }
      if (this.connection?.request("shell", "execute_request", content, { id: next.execution }) == null) {
        this.send({ message: { type: "done", execution: next.execution, status: "aborted", reason: "kernel_died" } })
        return
      }
      this.kernelFrame("busy")
    })
  }

  private order(message: JsonObject, buffers: readonly Uint8Array[]): void {
    const execution = textIn(message, "execution")
    switch (textIn(message, "type")) {
      case "execute": return this.execute(execution, textIn(message, "code"), member(message, "stop_on_error") !== false)
      case "interrupt": return this.interrupt()
      case "restart": return void this.restart(textIn(message, "command"))
      case "answer_input": {
        const header = this.translator.takeInput(execution)
        if (header) this.connection?.request("stdin", "input_reply", { status: "ok", value: textIn(message, "value") }, { parent: header })
        return
      }
      case "complete": return this.ask(message, "complete_request", {})
      case "inspect": return this.ask(message, "inspect_request", { detail_level: member(message, "detail") ?? 0 })
      case "comm": {
        const inner = objectIn(message, "message")
        const type = textIn(inner, "type")
        if (!/^comm_(?:open|msg|close)$/.test(type)) return
        this.connection?.request("shell", type, objectIn(inner, "content"), { metadata: objectIn(inner, "metadata"), buffers })
        return
      }
      case "read_log": return this.link.send({ type: "reply", request: textIn(message, "request"), content: { lines: this.log } })
      case "shutdown": return void this.shutDown(textIn(message, "reason"))
      default:
        if (textIn(message, "request") !== "") {
          this.refuse(textIn(message, "request"), "A local runtime has no terminals here: open one on the machine itself.")
        }
    }
  }

  private execute(execution: string, code: string, stop: boolean): void {
    if (this.ending || this.known.has(execution)) return
    this.known.add(execution)
    if (execution === this.record.running) {
      // Sent by the page before it was loaded anew. When it is over, the server has not heard so.
      if (this.running === "") this.emit({ message: { type: "done", execution, status: "aborted", reason: "page_gone" } })
      return
    }
    if (this.dead) return this.emit({ message: { type: "done", execution, status: "aborted", reason: "kernel_died" } })
    this.queue.push({ execution, code, stop })
    this.pump()
  }

  private interrupt(): void {
    if (this.running !== "") this.translator.noteInterrupt(this.running)
    this.jupyter.interrupt(this.record.kernel_id).catch((error: unknown) => this.note(`not interrupted: ${String(error)}`))
  }

  private async restart(command: string): Promise<void> {
    if (this.ending || this.restarts.has(command)) return
    this.restarts.add(command)
    this.restarting = true
    this.lose("restarting", "restarted", "")
    try {
      if (await this.jupyter.restart(this.record.kernel_id)) {
        if (this.dead || !this.connection) this.reattach()
        else this.connection.renew()
        return
      }
      const kernel_id = await this.jupyter.start(this.terms.kernel)
      this.record = { ...this.record, kernel_id, session: randomId(), running: "" }
      await this.page.keep(this.record)
      this.reattach()
    } catch (error) {
      this.restarting = false
      this.lose("dead", "kernel_died", error instanceof JupyterError && error.problem === "kernel"
        ? `The kernel could not be started: ${error.message}` : "The Jupyter server of the local runtime does not answer.")
    }
  }

  private reattach(): void {
    this.connection?.close()
    this.attach()
  }

  private ask(message: JsonObject, type: string, more: JsonObject): void {
    const request = textIn(message, "request")
    if (!this.connection?.ready) return this.refuse(request, "The kernel is not ready.")
    if (this.running !== "") return this.refuse(request, "busy: the kernel is running a cell.")
    const id = this.connection.request("shell", type, {
      code: textIn(message, "code"), cursor_pos: member(message, "cursor") ?? 0, ...more,
    })
    if (id === null) return this.refuse(request, "The kernel does not listen.")
    this.questions.set(id, request)
    setTimeout(() => {
      if (this.questions.delete(id)) this.refuse(request, "The kernel does not answer.")
    }, questionMs)
  }

  private reply(request: string, type: string, content: JsonObject): void {
    if (textIn(content, "status") !== "ok") return this.refuse(request, "The kernel has no answer.")
    this.link.send({
      type: "reply", request, content: type === "complete_reply"
        ? {
          matches: member(content, "matches") ?? [], start: member(content, "cursor_start") ?? 0,
          end: member(content, "cursor_end") ?? 0, metadata: objectIn(content, "metadata"),
        }
        : { found: member(content, "found") === true, data: objectIn(content, "data") },
    })
  }

  private refuse(request: string, detail: string): void {
    this.link.send({ type: "reply", request, error: { code: "unavailable", detail } })
  }

  /** The person, or the server, is done with it: its kernel goes with it. */
  private async shutDown(reason: string): Promise<void> {
    if (this.ending) return
    this.flush()
    this.ending = true
    this.connection?.close()
    const ended = this.jupyter.end(this.record.kernel_id).catch(() => undefined)
    this.link.emit({ message: { type: "runtime", state: "ended", reason: reason === "" ? "runtime_ended" : reason, detail: "" } })
    await Promise.race([ended, new Promise((done) => setTimeout(done, lastWordsMs))])
    await this.link.finish(lastWordsMs)
    this.page.ended()
  }

  /** The server knows nothing of this runtime any more. */
  private leave(): void {
    if (this.ending) return
    this.ending = true
    this.connection?.close()
    this.page.ended()
  }

  private note(text: string): void {
    this.log.push({ time_ms: Date.now(), source: "supervisor", level: "info", text: text.slice(0, 1000) })
    if (this.log.length > logLines) this.log.shift()
  }
}
