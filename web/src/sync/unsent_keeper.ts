/** Keeps what this tab has written and not sent in the browser, and takes up what tabs left behind that are no more. */
import type { ClientId } from "../wire/ids"
import type { Clock } from "./clock"
import type { OpenSocket } from "./connection"
import { Delivery, isCommand, isText, recoveredFrom, type Left } from "./delivery"
import type { NotebookSession } from "./session"
import type { Tabs } from "./tabs"
import type { UnsentStore } from "./unsent_store"

/** What is typed is told of a moment later (listeners.ts). */
const pauseMs = 200

export class UnsentKeeper {
  /** What others left and the server has not yet. */
  private left: readonly Left[] = []
  private cancelSave: (() => void) | null = null
  private silence: () => void = () => undefined
  private readonly deliveries = new Map<ClientId, Delivery>()
  /** When what a tab left was typed. */
  private readonly typedMs = new Map<ClientId, number>()
  private online = false
  private stopped = false

  constructor(
    private readonly session: NotebookSession,
    private readonly store: UnsentStore,
    private readonly tabs: Tabs,
    private readonly open: OpenSocket,
    private readonly clock: Clock,
  ) {}

  start(): void {
    this.stopped = false
    this.silence = this.session.subscribe(() => this.sessionChanged())
    void this.takeUp()
  }

  stop(): void {
    this.stopped = true
    this.silence()
    this.saveNow()
    for (const delivery of this.deliveries.values()) delivery.stop()
  }

  /** To be called when the page may go. */
  saveNow(): void {
    this.cancelSave?.()
    this.cancelSave = null
    this.store.keep({
      saved_ms: this.clock.now(), texts: [...this.session.unsentTexts(), ...this.left.filter(isText)],
      commands: [...this.session.unsentCommands(), ...this.left.filter(isCommand)],
      recovered: this.session.view.recovered,
    }, this.session.view.connection.kind === "online")
  }

  private saveSoon(): void {
    this.cancelSave ??= this.clock.after(pauseMs, () => this.saveNow())
  }

  private sessionChanged(): void {
    this.saveSoon()
    const online = this.session.view.connection.kind === "online"
    // Who could not write, or was signed out, may be able to again.
    if (online && !this.online) this.deliverAll()
    this.online = online
  }

  private async takeUp(): Promise<void> {
    if (this.store.others().length === 0) return
    const living = await this.tabs.others()
    if (this.stopped) return
    for (const client of this.store.others()) {
      if (living.has(client)) continue
      const kept = this.store.take(client, this.clock.now())
      if (!kept) continue
      this.session.offer(kept.recovered)
      const left = [...kept.texts, ...kept.commands]
      this.left = [...this.left, ...left]
      this.saveNow()
      for (const { client: author } of left) this.typedMs.set(author, kept.saved_ms)
    }
    this.deliverAll()
  }

  private deliverAll(): void {
    for (const author of new Set(this.left.map(({ client }) => client))) {
      if (!this.deliveries.has(author)) void this.deliver(author)
    }
  }

  private async deliver(author: ClientId): Promise<void> {
    const left = this.left.filter(({ client }) => client === author)
    const delivery = new Delivery(this.open, this.clock, author, left)
    this.deliveries.set(author, delivery)
    const lost = await delivery.run()
    this.deliveries.delete(author)
    if (lost === null || this.stopped) return
    this.left = this.left.filter((each) => !left.includes(each))
    const typed_ms = this.typedMs.get(author) ?? 0
    this.session.offer(lost.flatMap((each) => recoveredFrom(each, typed_ms) ?? []))
    this.saveNow()
  }
}
