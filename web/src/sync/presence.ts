/**
 * Who else is here and where their cursors are, and the telling of where we are: only what the
 * others cannot see by themselves (docs/protocol.md 2.4).
 */
import { syncedVersion, unconfirmed } from "../model/cell_text"
import type { Cell } from "../model/notebook_state"
import { followText, moved, TextHistories, withPresence, type People } from "../model/people"
import type { CellId, ClientId } from "../wire/ids"
import type { PageMessage } from "../wire/page_message"
import type { PeopleMessage, PersonHere, Place, PresenceMessage, Range } from "../wire/presence"
import type { TextChange } from "../wire/record"
import type { Clock } from "./clock"

/** Where the keyboard is in this tab. */
export interface Here {
  readonly cell: CellId | null
  readonly inText: boolean
  /** Whether the window has the keyboard at all. */
  readonly active: boolean
}

/** Somebody's cursors, in the text as it is here. */
export interface Carets {
  readonly person: PersonHere
  readonly selection: readonly Range[]
  /** Changes whenever they moved by themselves. */
  readonly turn: number
}

export interface PresenceOwner {
  readonly client: ClientId
  readonly cell: (id: CellId) => Cell | undefined
  readonly send: (message: PageMessage) => boolean
  /** Others came, left, or went to another cell. */
  readonly changed: (people: readonly PersonHere[]) => void
}

const pauseMs = 100
const idleMs = 60_000
const mostRanges = 32

const nowhere: Here = { cell: null, inText: false, active: false }

const sameRanges = (a: readonly Range[], b: readonly Range[]): boolean =>
  a.length === b.length && a.every((range, i) => range.join() === b[i]?.join())

/** Whether a person looks the same but for the cursors. */
const sameStanding = (a: PersonHere, b: PersonHere | undefined): boolean =>
  a === b || (b !== undefined && a.client === b.client && a.cell === b.cell && a.editing === b.editing &&
    a.role === b.role && a.name === b.name && a.color === b.color)

export class Presence {
  private people: People = new Map()
  private shown: readonly PersonHere[] = []
  private readonly turns = new Map<ClientId, number>()
  private readonly histories = new TextHistories()
  private readonly listeners = new Map<CellId, () => void>()
  private here = nowhere
  private online = false
  private lastSentMs = -pauseMs
  private lastActMs = 0
  private cancelReport: (() => void) | null = null
  private cancelIdle: () => void = () => undefined

  constructor(private readonly owner: PresenceOwner, private readonly clock: Clock) {}

  /** The one view of a cell's text is told when cursors in it have moved. */
  onCarets(cell: CellId, listener: () => void): () => void {
    this.listeners.set(cell, listener)
    return () => {
      if (this.listeners.get(cell) === listener) this.listeners.delete(cell)
    }
  }

  /** The others' cursors in a cell, over what is unconfirmed here. */
  caretsIn(id: CellId): readonly Carets[] {
    const text = this.owner.cell(id)?.text
    if (!text) return []
    const pending = unconfirmed(text)
    return [...this.people.values()].flatMap((person) => {
      if (person.cell !== id || person.client === this.owner.client || person.selection.length === 0) return []
      const selection = pending.reduce<readonly Range[]>(
        (ranges, { changes }) => moved(ranges, changes.desc), person.selection)
      const clip = (place: number): number => Math.min(place, text.doc.length)
      return [{
        person, turn: this.turns.get(person.client) ?? 0,
        selection: selection.map(([anchor, head]): Range => [clip(anchor), clip(head)]),
      }]
    })
  }

  /** Where the keyboard is now. */
  at(here: Here): void {
    this.here = here
    this.act()
  }

  /** The cell's text or the selection in it was changed here. */
  touched(cell: CellId): void {
    if (cell === this.here.cell) this.act()
  }

  receive(message: PeopleMessage | PresenceMessage): void {
    const before = this.people
    const news = message.type === "people" ? { people: message.people, moved: [], left: [] }
      : this.withoutOwnPlace(message)
    this.people = withPresence(message.type === "people" ? new Map() : before, news, this.histories)
    for (const { client } of news.moved) this.turn(client)
    for (const client of news.left) this.turns.delete(client)
    this.tell(before)
  }

  /** What is told of ourselves is older than what we know. */
  private withoutOwnPlace({ type, left, people, moved: movers }: PresenceMessage): PresenceMessage {
    const me = this.people.get(this.owner.client)
    return {
      type, left, moved: movers.filter(({ client }) => client !== this.owner.client),
      people: me === undefined ? people : people.map((person) => person.client !== me.client ? person
        : { ...me, name: person.name, color: person.color, role: person.role }),
    }
  }

  /** A text was changed by an accepted record, which the model has. */
  follow(change: TextChange): void {
    this.histories.add(change)
    const before = this.people
    this.people = followText(before, change)
    for (const { client } of change.updates) this.turn(client)
    this.listeners.get(change.cell)?.()
    if (change.cell === this.here.cell) this.report()
  }

  /** The document was loaded anew: no text is what it was. */
  loaded(): void {
    this.histories.clear()
  }

  connected(online: boolean): void {
    this.online = online
    if (online) return this.report()
    const before = this.people
    this.people = new Map()
    this.tell(before)
  }

  stop(): void {
    this.cancelReport?.()
    this.cancelIdle()
  }

  private turn(client: ClientId): void {
    this.turns.set(client, (this.turns.get(client) ?? 0) + 1)
  }

  private tell(before: People): void {
    const shown = [...this.people.values()]
    if (shown.length !== this.shown.length || !shown.every((person, i) => sameStanding(person, this.shown[i]))) {
      this.shown = shown
      this.owner.changed(shown)
    }
    const cells = new Set<CellId>()
    for (const people of [before, this.people]) {
      for (const { client, cell } of people.values()) {
        if (cell !== null && before.get(client) !== this.people.get(client)) cells.add(cell)
      }
    }
    for (const cell of cells) this.listeners.get(cell)?.()
  }

  private act(): void {
    this.lastActMs = this.clock.now()
    this.cancelIdle()
    this.cancelIdle = this.clock.after(idleMs, () => this.report())
    this.report()
  }

  private place(): Place | null {
    const { cell: id, active } = this.here
    const role = this.people.get(this.owner.client)?.role
    const inText = this.here.inText && (role === "editor" || role === "owner")
    const cell = id === null ? undefined : this.owner.cell(id)
    if (!cell) return { cell: null, selection: [], version: 0, editing: false }
    // What is typed is on its way; whoever follows it sees the cursor behind it.
    if (unconfirmed(cell.text).length > 0) return null
    const selection = inText ? cell.text.selection.ranges.slice(0, mostRanges)
      .map(({ anchor, head }): Range => [anchor, head]) : []
    const busy = this.clock.now() - this.lastActMs < idleMs
    return {
      cell: cell.id, selection, version: syncedVersion(cell.text), editing: inText && active && busy,
    }
  }

  /** Tells where we are if the others would think otherwise; at most every so often. */
  private report(): void {
    if (!this.online || this.cancelReport) return
    const wait = this.lastSentMs + pauseMs - this.clock.now()
    if (wait > 0) {
      this.cancelReport = this.clock.after(wait, () => {
        this.cancelReport = null
        this.report()
      })
      return
    }
    const me = this.people.get(this.owner.client)
    const place = this.place()
    if (!me || !place) return
    const same = me.cell === place.cell && me.editing === place.editing &&
      sameRanges(me.selection, place.selection)
    if (same || !this.owner.send({ type: "presence", ...place })) return
    this.lastSentMs = this.clock.now()
    const before = this.people
    this.people = new Map(before).set(me.client, { ...me, ...place })
    this.tell(before)
  }
}
