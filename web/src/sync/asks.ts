/**
 * What programs in the person's runtime ask of the page (docs/protocol.md 2.7): one registry of who
 * answers which, by name. All tabs of the person get an ask; the first that answers, or takes it, wins.
 */
import type { Json, JsonObject } from "../wire/json"
import type { PageMessage } from "../wire/page_message"
import type { AskMessage } from "../wire/server_message"
import type { Clock } from "./clock"

/** Thrown by a handler: what the program is told. `code` is a word for it, the message a sentence for a person. */
export class AskFailure extends Error {
  constructor(readonly code: string, message: string) {
    super(message)
  }
}

export interface AskContext {
  /** Aborted when nobody waits for the answer any more: it came from another tab, or the program gave up. */
  readonly signal: AbortSignal
  /** From then on only this tab goes on: to be waited for before anything has an effect. Where another was first, `signal` aborts instead. */
  readonly take: () => Promise<void>
}

export type AskHandler = (params: JsonObject, context: AskContext) => Promise<Json> | Json

export interface AskOptions {
  /** Only one tab may begin: what is asked for has an effect. Without it all begin, and one answers. */
  readonly exclusive?: boolean
}

interface Registered {
  readonly handler: AskHandler
  readonly exclusive: boolean
}

interface Open {
  readonly ask: string
  readonly name: string
  readonly params: JsonObject
  readonly stop: AbortController
  state: "waiting" | "taking" | "running"
  answer: PageMessage | null
  /** A handler waits to be the only one, or is. */
  taking: { readonly taken: () => void } | null
}

/** So long a handler may come too late: parts of the page are loaded when they are needed. */
const lateMs = 3_000
/** A tab that nobody sees lets the others go first. */
const hiddenMs = 300

export class Asks {
  private readonly handlers = new Map<string, Registered>()
  private readonly open = new Map<string, Open>()

  constructor(
    private readonly send: (message: PageMessage) => boolean, private readonly clock: Clock,
    private readonly isHidden: () => boolean = () => typeof document !== "undefined" && document.hidden,
  ) {}

  /** From now on `handler` answers asks of this name; the result ends that. */
  register(name: string, handler: AskHandler, { exclusive = false }: AskOptions = {}): () => void {
    const registered = { handler, exclusive }
    this.handlers.set(name, registered)
    for (const open of [...this.open.values()]) if (open.name === name && open.state === "waiting") this.begin(open)
    return () => {
      if (this.handlers.get(name) === registered) this.handlers.delete(name)
    }
  }

  heard(message: AskMessage): void {
    const known = this.open.get(message.ask)
    if (message.type === "ask") {
      if (known) this.repeated(known)
      else this.opened(message)
    } else if (message.type === "ask_yours") {
      if (known?.state === "taking") void this.run(known)
      else known?.taking?.taken()
    } else if (known) {
      this.open.delete(message.ask)
      known.stop.abort()
    }
  }

  /** The page goes: what it has begun is no longer of use. */
  stop(): void {
    for (const open of this.open.values()) open.stop.abort()
    this.open.clear()
  }

  private opened({ ask, name, params }: Extract<AskMessage, { type: "ask" }>): void {
    const open: Open = { ask, name, params, stop: new AbortController(), state: "waiting", answer: null, taking: null }
    this.open.set(ask, open)
    if (this.handlers.has(name)) this.begin(open)
    else {
      this.clock.after(lateMs, () => {
        if (open.state === "waiting") this.fail(open, new AskFailure("unknown_ask", `The page does not know "${name}".`))
      })
    }
  }

  /** After a time without connection: the server does not know what this page has of it. */
  private repeated(open: Open): void {
    if (open.answer) this.deliver(open)
    else if (open.taking || (open.state !== "waiting" && this.handlers.get(open.name)?.exclusive)) this.send({ type: "take_ask", ask: open.ask })
  }

  private begin(open: Open): void {
    if (!this.handlers.get(open.name)?.exclusive) {
      void this.run(open)
      return
    }
    open.state = "taking"
    const take = (): void => {
      if (!open.stop.signal.aborted) this.send({ type: "take_ask", ask: open.ask })
    }
    if (this.isHidden()) this.clock.after(hiddenMs, take)
    else take()
  }

  private take(open: Open): Promise<void> {
    return new Promise((taken) => {
      open.taking = { taken }
      this.send({ type: "take_ask", ask: open.ask })
    })
  }

  private async run(open: Open): Promise<void> {
    open.state = "running"
    try {
      const handler = this.handlers.get(open.name)?.handler
      if (!handler) throw new AskFailure("unknown_ask", `The page does not know "${open.name}".`)
      const result = await handler(open.params, { signal: open.stop.signal, take: () => this.take(open) })
      this.finish(open, { type: "answer", ask: open.ask, result })
    } catch (error) {
      this.fail(open, error)
    }
  }

  private fail(open: Open, error: unknown): void {
    const code = error instanceof AskFailure ? error.code : "failed"
    const detail = error instanceof Error ? error.message : String(error)
    this.finish(open, { type: "answer", ask: open.ask, error: { code, detail } })
  }

  private finish(open: Open, answer: PageMessage): void {
    if (open.stop.signal.aborted) return
    open.answer = answer
    this.deliver(open)
  }

  /** Without a connection it stays until the server asks again. */
  private deliver(open: Open): void {
    if (open.answer && this.send(open.answer)) this.open.delete(open.ask)
  }
}
