/** Keeps this tab's unsent text in the browser, and takes up what tabs left behind that are no more. */
import type { ClientId } from "../wire/ids"
import type { Clock } from "./clock"
import type { OpenSocket } from "./connection"
import { Delivery, recoveredFrom } from "./delivery"
import type { NotebookSession } from "./session"
import type { Tabs } from "./tabs"
import type { UnsentStore } from "./unsent_store"
import type { UnsentText } from "./unsent_text"

const pauseMs = 300

export class UnsentKeeper {
  /** What others left and the server has not yet. */
  private left: readonly UnsentText[] = []
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
      saved_ms: this.clock.now(), texts: [...this.session.unsentTexts(), ...this.left],
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
      this.left = [...this.left, ...kept.texts]
      this.saveNow()
      for (const { client: author } of kept.texts) this.typedMs.set(author, kept.saved_ms)
    }
    this.deliverAll()
  }

  private deliverAll(): void {
    for (const author of new Set(this.left.map(({ client }) => client))) {
      if (!this.deliveries.has(author)) void this.deliver(author)
    }
  }

  private async deliver(author: ClientId): Promise<void> {
    const texts = this.left.filter(({ client }) => client === author)
    const delivery = new Delivery(this.open, this.clock, author, texts)
    this.deliveries.set(author, delivery)
    const lost = await delivery.run()
    this.deliveries.delete(author)
    if (lost === null || this.stopped) return
    this.left = this.left.filter((text) => !texts.includes(text))
    const typed_ms = this.typedMs.get(author) ?? 0
    this.session.offer(lost.map((text) => recoveredFrom(text, typed_ms)))
    this.saveNow()
  }
}
