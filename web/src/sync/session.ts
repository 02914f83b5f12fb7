/**
 * One open notebook in one tab: follows the server's records, keeps what is typed until the server
 * has it, and turns wishes into commands. Everything changes in one place; views subscribe.
 */
import type { EditorState, Transaction, TransactionSpec } from "@codemirror/state"
import { applyWith, cellsGone, textChange, textTransactions } from "../model/apply"
import { markSplit, unconfirmed } from "../model/cell_text"
import { fromSnapshot, withLaterOutputs, withText, type Cell, type NotebookState } from "../model/notebook_state"
import { cursorMove } from "../model/split"
import type { Snapshot } from "../wire/cell"
import { newCellId, type CellId, type ClientId, type ExecutionId } from "../wire/ids"
import { WireError, type JsonObject } from "../wire/json"
import type { Op } from "../wire/page_message"
import type { LogRecord, TextChange } from "../wire/record"
import type { ServerMessage, WireFailure } from "../wire/server_message"
import { Asks } from "./asks"
import { Comms } from "./comms"
import { Connection, type ConnectionState } from "./connection"
import { Inbox } from "./inbox"
import { Leasing } from "./leasing"
import { Listeners } from "./listeners"
import { command, Outbox, type Wish } from "./outbox"
import { asCell, carryOver, recover, stillLost, type RecoveredText } from "./recovery"
import { Presence } from "./presence"
import { isTold, quietCodes } from "./refusals"
import { Requests } from "./requests"
import { Scratch } from "./scratch"
import { RuntimeSharing } from "./runtime_sharing"
import { emptyView, isTyping, shownBy, type SessionOptions, type SessionView } from "./session_view"
import { commenting, Settling, splitting, type FirstComment } from "./settling"
import { TextSync } from "./text_sync"
import { unsentOf, type UnsentCommand } from "./unsent_commands"
import { unsentIn, type UnsentText } from "./unsent_text"

type Message<T extends ServerMessage["type"]> = Extract<ServerMessage, { type: T }>

export class NotebookSession {
  private current: SessionView = emptyView
  readonly presence: Presence
  private readonly connection: Connection
  private readonly outbox = new Outbox()
  private readonly requests: Requests
  readonly runtimes = new RuntimeSharing((message) => this.connection.send(message))
  readonly comms: Comms
  readonly asks: Asks
  readonly scratch = new Scratch((message) => this.caughtUp && this.connection.send(message))
  readonly leasing = new Leasing((message) => this.connection.send(message))
  private readonly texts: TextSync
  private readonly settling = new Settling((op) => this.hand(command(op)))
  private readonly listeners = new Listeners()
  private readonly inbox: Inbox
  private flushing = false
  /** Whether the server has told all that we missed: only then is anything sent. */
  private caughtUp = false
  private wantsFresh = false
  private readonly refusedTexts = new Set<CellId>()

  constructor(private readonly options: SessionOptions) {
    this.requests = new Requests(options.clock)
    this.comms = new Comms((message, buffers) => this.caughtUp && this.connection.sendComm(message, buffers), options.clock)
    this.asks = new Asks((message) => this.connection.send(message), options.clock)
    this.inbox = new Inbox(options.clock, (messages) => this.take(messages))
    this.texts = new TextSync((op) => this.caughtUp && this.connection.send(this.outbox.put(command(op))))
    this.connection = new Connection(options.open, {
      client: options.client,
      resumeFrom: () => this.wantsFresh || !this.current.state ? null
        : { epoch: this.current.state.epoch, seq: this.current.state.seq },
      received: (message) => this.enqueue(message),
      changed: (connection) => this.connectionChanged(connection),
      probe: options.probe,
    }, options.clock)
    this.presence = new Presence({
      client: options.client,
      cell: (id) => this.current.state?.cells.get(id),
      send: (message) => this.connection.send(message),
      changed: (people) => this.update({ people }),
    }, options.clock)
  }

  get view(): SessionView { return this.current }
  get client(): ClientId { return this.options.client }
  readonly subscribe = this.listeners.subscribe
  readonly onNotice = this.listeners.onNotice.bind(this.listeners)
  readonly onRefused = this.listeners.onRefused.bind(this.listeners)
  readonly onCursorMoved = this.listeners.onCursorMoved.bind(this.listeners)
  /** The one view that shows the cell's text is told of what others change in it. */
  readonly onText = this.listeners.onText.bind(this.listeners)

  /** Connects, or tries again at once while it waits to; asks an open connection for a word. */
  start(): void {
    this.connection.wake()
  }

  /** Goes on after somebody signed in again; what was typed is still here. */
  revive(): void {
    this.connection.revive()
  }

  stop(): void {
    this.connection.stop()
    this.presence.stop()
    this.requests.abandon()
    this.asks.stop()
  }

  /** The text of a cell after a transaction in its view. */
  edit(id: CellId, text: EditorState): void {
    const { state } = this.current
    const cell = state?.cells.get(id)
    if (!state || !cell || cell.text === text) return
    const typed = !cell.text.doc.eq(text.doc)
    this.current = { ...this.current, state: withText(state, id, text) }
    // A cursor that moved or a view that came is no view's concern.
    if (typed) {
      this.texts.changed({ ...cell, text })
      this.noteUnsent()
      this.listeners.tellSoon(this.options.clock)
    }
    if (typed || !cell.text.selection.eq(text.selection)) this.presence.touched(id)
  }

  /** Changes a cell's text as the page itself does it; a view that shows it follows. */
  change(id: CellId, spec: TransactionSpec | ((text: EditorState) => Transaction | null)): void {
    const text = this.current.state?.cells.get(id)?.text
    const transaction = text && (typeof spec === "function" ? spec(text) : text.update(spec))
    if (transaction) this.edit(id, transaction.state)
    if (transaction) this.listeners.textChanged(id, [transaction])
  }

  /** Splits a cell at a place of its text as it is here, as soon as the server has that text. */
  split(id: CellId, at: number, newCell: CellId): void {
    this.flushTexts()
    this.change(id, markSplit(at))
    this.settling.want(id, this.current.state?.cells.get(id), splitting(newCell))
  }

  /** Begins a thread of comments, as soon as the server has the text that it is on. */
  startThread(first: FirstComment): void {
    this.flushTexts()
    this.settling.want(first.cell, this.current.state?.cells.get(first.cell), commenting(first))
  }

  /** The person has seen the comments of the records up to `seq`. */
  readComments(seq: number): void {
    if (this.caughtUp) this.connection.send({ type: "read_comments", seq })
  }

  /** Sends a command, behind all text typed before it; kept while offline. */
  wish(op: Op): void {
    this.flushTexts()
    this.hand(command(op))
  }

  answerInput(execution: ExecutionId, value: string): void {
    this.hand({ type: "answer_input", execution, value })
  }

  interrupt(): void {
    this.connection.send({ type: "interrupt", command: this.outbox.number() })
  }

  restart(): void {
    this.connection.send({ type: "restart", command: this.outbox.number() })
  }

  /** The kernel's completions of `code` at `cursor`; null when there is none to ask. */
  complete(code: string, cursor: number): Promise<JsonObject | null> {
    return this.requests.ask((request) =>
      this.connection.send({ type: "complete", request, code, cursor }))
  }

  inspect(code: string, cursor: number, detail: 0 | 1 = 0): Promise<JsonObject | null> {
    return this.requests.ask((request) =>
      this.connection.send({ type: "inspect", request, code, cursor, detail }))
  }

  /** What the server has not confirmed of what was typed here. */
  unsentTexts(): readonly UnsentText[] {
    return this.current.state ? unsentIn(this.current.state, this.texts.unsent) : []
  }

  /** What was written by commands that the server has not answered. */
  unsentCommands(): readonly UnsentCommand[] {
    const { state } = this.current
    return !state ? [] : unsentOf(state, [...this.outbox.waiting, ...this.settling.waitingOps.map((op) => ({ command: 0, op }))])
  }

  /** Offers texts that found no place. */
  offer(texts: readonly RecoveredText[]): void {
    if (texts.length > 0) this.update({ recovered: [...this.current.recovered, ...texts] })
  }

  /** Puts a recovered text into a cell of its own, below where it was typed; or lets it go. */
  resolveRecovered(id: CellId, keep: boolean): void {
    const text = this.current.recovered.find((other) => other.id === id)
    const { state } = this.current
    if (!text || !state) return
    this.update({ recovered: this.current.recovered.filter((other) => other !== text) })
    if (keep) this.wish(asCell(text, state, newCellId()))
  }

  private update(change: Partial<SessionView>): void {
    this.current = { ...this.current, ...change }
    if (!this.flushing) this.listeners.tell()
  }

  private noteUnsent(): void {
    const unsent = this.texts.unsent.size > 0 || !this.outbox.empty
    if (unsent !== this.current.unsent) this.current = { ...this.current, unsent }
  }

  private hand(wish: Wish): void {
    const message = this.outbox.put(wish)
    if (this.caughtUp) this.connection.send(message)
    this.update({ unsent: true })
  }

  private flushTexts(): void {
    if (!this.caughtUp) return
    for (const id of this.texts.unsent) {
      const cell = this.current.state?.cells.get(id)
      if (cell) this.texts.flush(cell)
    }
  }

  private connectionChanged(connection: ConnectionState): void {
    if (connection.kind !== "online") {
      this.runtimes.disconnected()
      this.comms.disconnected()
      this.caughtUp = false
      this.inbox.clear()
      this.requests.abandon()
      this.presence.connected(false)
    }
    this.update({ connection })
  }

  private enqueue(message: ServerMessage): void {
    if (message.type === "reply") return this.requests.answer(message.request, message.content)
    // Told at once: a notice may be the last word before the socket closes.
    if (message.type === "notice") {
      this.listeners.notify(message)
      return
    }
    this.inbox.add(message)
  }

  /** Takes in all that came since the last frame, and tells the views once. */
  private take(messages: readonly ServerMessage[]): void {
    this.flushing = true
    const refused = this.refusedTexts.size
    try {
      for (const message of messages) this.receive(message)
      if (this.refusedTexts.size > refused) throw new WireError("text was refused")
    } catch (error) {
      if (!(error instanceof WireError)) throw error
      this.wantsFresh = true
      this.connection.fail(error.message)
    } finally {
      this.flushing = false
    }
    this.noteUnsent()
    if (messages.every(isTyping) && !this.wantsFresh) this.listeners.tellSoon(this.options.clock)
    else this.listeners.tell()
  }

  private receive(message: ServerMessage): void {
    this.update(shownBy(message, this.current))
    if (message.type === "runtimes") this.runtimes.told(message)
    if (message.type === "scratch" || message.type === "scratch_snapshot") this.scratch.received(message)
    if (message.type === "comm") this.comms.received(message.message, message.buffers)
    switch (message.type) {
      case "snapshot":
        this.load(message.snapshot)
        for (const detail of message.notes) this.listeners.notify({ level: "info", code: "note", detail })
        break
      case "outputs": {
        const { state } = this.current
        if (state) this.update({ state: withLaterOutputs(state, message.cells) })
        break
      }
      case "records":
        this.follow(message)
        break
      case "refused":
        this.refused(message.command, message.error)
        break
      case "lease":
        this.leasing.told(message.lease)
        this.update({
          lease: message.lease,
          meters: message.lease?.state === "ready" ? this.current.meters : null,
        })
        if (!this.caughtUp && this.current.state) this.catchUp(this.current.state)
        this.comms.usesKernelOf(message.lease)
        break
      case "ask": case "ask_yours": case "ask_over":
        this.asks.heard(message)
        break
      case "people": case "presence":
        this.presence.receive(message)
        break
      default: // Only shown (shownBy), or told already.
    }
  }

  private load(snapshot: Snapshot): void {
    const old = this.current.state
    const fresh = fromSnapshot(snapshot, this.client)
    this.outbox.settleUpTo(old?.epoch === fresh.epoch ? snapshot.accepted[this.client] ?? 0 : Infinity, fresh)
    this.wantsFresh = false
    this.presence.loaded()
    if (!old) {
      this.update({ state: fresh })
      return
    }
    const { state, recovered } = carryOver(old, fresh, this.refusedTexts, newCellId)
    this.refusedTexts.clear()
    this.texts.loaded(state.cells)
    this.update({ state })
    this.offer(recovered)
    this.settling.settleAll(state.cells)
  }

  /** All that was missed is here: now what is unsent goes out, text first. */
  private catchUp(state: NotebookState): void {
    this.caughtUp = true
    this.connection.settled()
    const typed = [...state.cells.values()].filter((cell) => unconfirmed(cell.text).length > 0)
    for (const message of this.outbox.renew(() => this.texts.resend(typed))) this.connection.send(message)
    this.presence.connected(true)
  }

  private follow({ epoch, records }: Message<"records">): void {
    if (epoch !== this.current.state?.epoch) throw new WireError("records of another epoch")
    for (const record of records) this.followOne(record)
  }

  private followOne(record: LogRecord): void {
    const { state } = this.current
    if (!state || record.seq <= state.seq) return
    if (record.client === this.client && record.command > 0) this.outbox.settle(record.command)
    const text = textChange(record)
    const transactions = text ? textTransactions(state, text) : []
    this.comms.scripts.follow(record, state, this.current.user?.id)
    const next = applyWith(state, record, transactions)
    this.update({ state: next, recovered: stillLost(this.current.recovered, next) })
    if (text) this.textFollowed(state, text, transactions)
    if (record.type === "cell_split" && record.client !== this.client) {
      this.listeners.cursorMoved(cursorMove(state, next, record))
    }
    for (const cell of cellsGone(record).flatMap((id) => state.cells.get(id) ?? [])) this.cellDeleted(cell)
  }

  private textFollowed(
    state: NotebookState, change: TextChange, transactions: readonly Transaction[],
  ): void {
    // Behind the model, so that the view's own report of it changes nothing.
    this.listeners.textChanged(change.cell, transactions)
    this.presence.follow(change)
    const cell = this.current.state?.cells.get(change.cell)
    const before = state.cells.get(change.cell)
    if (!cell || !before) return
    this.texts.confirmed(cell, cell.confirmed - before.confirmed)
    this.settling.settle(cell.id, cell)
  }

  /** What we typed into it after the deletion, or that did not get there before, is not in the bin. */
  private cellDeleted(cell: Cell): void {
    const lost = unconfirmed(cell.text).length > 0
    this.texts.forget(cell.id)
    this.outbox.forsake(cell.id)
    this.settling.settle(cell.id, undefined)
    if (lost) this.offer([recover(cell, newCellId())])
  }

  private refused(number: number, error: WireFailure): void {
    const pending = this.outbox.settle(number)
    if (pending?.forsaken) return
    const message = pending?.message
    if (message?.type === "command" && message.op.type === "push_text") {
      this.textRefused(message.op.cell, error)
      return
    }
    if (message?.type === "command") this.listeners.refused(message.op, error)
    if (isTold(pending, error)) {
      this.listeners.notify({ level: "warning", code: error.code, detail: error.detail })
    }
  }

  private textRefused(cell: CellId, error: WireFailure): void {
    // A repeated push, or a cell whose deletion is on its way: the records say what holds.
    if (quietCodes.has(error.code)) return
    this.refusedTexts.add(cell)
    if (error.code !== "stale_base") {
      this.listeners.notify({ level: "error", code: error.code, detail: error.detail })
    }
  }
}
