/**
 * Who is here, and where (docs/protocol.md 2.4). Cursors are kept in the server's text and move with
 * each accepted update; that of whoever typed goes to the end of what they inserted, so that typing
 * needs no word about it.
 */
import { ChangeSet, type ChangeDesc } from "@codemirror/state"
import type { CellId, ClientId } from "../wire/ids"
import type { Mover, PersonHere, Range } from "../wire/presence"
import type { TextChange, TextUpdate } from "../wire/record"

/** The classes by which ui/people.css colours a person; who comes late shares a colour. */
export function personClass(color: number): string {
  return `c-person c-person-${color % 10}`
}

export type People = ReadonlyMap<ClientId, PersonHere>

/** How many updates of a text are kept to move places that were told before them. */
const kept = 300

interface Made {
  readonly client: ClientId
  readonly desc: ChangeDesc
}

/** The last updates of the texts that were changed since the page was opened. */
export class TextHistories {
  private readonly texts = new Map<CellId, { version: number; changes: readonly Made[] }>()

  add({ cell, version, updates }: TextChange): void {
    const before = this.texts.get(cell)
    const known = before && before.version + before.changes.length === version ? before : null
    const changes = [...known?.changes ?? [], ...updates.map(made)]
    const from = Math.max(0, changes.length - kept)
    this.texts.set(cell, { version: (known?.version ?? version) + from, changes: changes.slice(from) })
  }

  clear(): void {
    this.texts.clear()
  }

  /** The selection as it is now; as it was told where nobody knows what happened since. */
  upToDate({ client, cell, selection, version }: Mover): readonly Range[] {
    const text = cell === null ? undefined : this.texts.get(cell)
    if (!text || version < text.version) return selection
    return text.changes.slice(version - text.version)
      .reduce<readonly Range[]>((ranges, change) => followed(client, ranges, change), selection)
  }
}

const made = (update: TextUpdate): Made =>
  ({ client: update.client, desc: ChangeSet.fromJSON(update.changes).desc })

/** Where the cursors of `client` are after a change. */
function followed(client: ClientId, ranges: readonly Range[], change: Made): readonly Range[] {
  return client === change.client ? typedAt(change.desc, ranges) : moved(ranges, change.desc)
}

/** As an editor moves its own cursors and selections. */
export function moved(ranges: readonly Range[], change: ChangeDesc): readonly Range[] {
  const move = (place: number, assoc: number): number =>
    change.mapPos(Math.min(place, change.length), assoc)
  return ranges.map(([anchor, head]) => anchor === head ? [move(head, -1), move(head, -1)]
    : anchor < head ? [move(anchor, 1), move(head, -1)] : [move(anchor, -1), move(head, 1)])
}

/** Where the cursors are of somebody who made this change: behind each piece of it. */
function typedAt(change: ChangeDesc, ranges: readonly Range[]): readonly Range[] {
  const ends: Range[] = []
  change.iterChangedRanges((_fromA, _toA, _fromB, toB) => ends.push([toB, toB]))
  const last = ends.at(-1)
  if (!last || ranges.length === 0) return ranges
  return ends.length === ranges.length ? ends : [last]
}

/** `people` after a change of a text; the same object when nobody has a cursor there. */
export function followText(people: People, { cell, updates }: TextChange): People {
  if (![...people.values()].some((person) => person.cell === cell && person.selection.length > 0)) {
    return people
  }
  const next = new Map(people)
  for (const update of updates) {
    const change = made(update)
    for (const person of next.values()) {
      if (person.cell !== cell || person.selection.length === 0) continue
      next.set(person.client, { ...person, selection: followed(person.client, person.selection, change) })
    }
  }
  return next
}

/** `people` with those who came, moved and left. */
export function withPresence(
  people: People, news: {
    readonly people: readonly PersonHere[]
    readonly moved: readonly Mover[]
    readonly left: readonly ClientId[]
  }, histories: TextHistories,
): People {
  const next = new Map(people)
  for (const client of news.left) next.delete(client)
  for (const person of news.people) {
    next.set(person.client, { ...person, selection: histories.upToDate(person) })
  }
  for (const mover of news.moved) {
    const person = next.get(mover.client)
    if (person) next.set(mover.client, { ...person, ...mover, selection: histories.upToDate(mover) })
  }
  return next
}
