/**
 * The text of a cell: one EditorState, mounted in a view or not, that speaks the central-authority
 * protocol of @codemirror/collab. Lines are split at \n only and counted in UTF-16 units, as the
 * server does; undo history lives here too, so it survives scrolling the cell away.
 */
import { history } from "@codemirror/commands"
import {
  collab, getSyncedVersion, receiveUpdates, sendableUpdates, type Update,
} from "@codemirror/collab"
import {
  ChangeSet, Compartment, EditorState, StateEffect, StateField, Text, type Extension,
  type Transaction, type TransactionSpec,
} from "@codemirror/state"
import type { Anchor } from "../wire/comment"
import type { ClientId, ThreadId } from "../wire/ids"
import { WireError, type Json } from "../wire/json"
import type { TextUpdate } from "../wire/record"
import { moved } from "./threads"

/** What a mounted view adds (highlighting, keys); empty while no view shows the cell. */
const viewExtensions = new Compartment()

/** The transaction that gives `text` what its view needs; an empty list when it is unmounted. */
export function configure(text: EditorState, extensions: Extension): Transaction {
  return text.update({ effects: viewExtensions.reconfigure(extensions) })
}

const setSplitMark = StateEffect.define<number>()
const splitMarks = StateField.define<number | null>({
  create: () => null,
  update: (place, transaction) => {
    for (const effect of transaction.effects) if (effect.is(setSplitMark)) return effect.value
    return place === null ? null : transaction.changes.mapPos(place)
  },
})

/** Marks a place to split at; it moves with the text. */
export function markSplit(at: number): TransactionSpec {
  return { effects: setSplitMark.of(at) }
}

export function splitMark(text: EditorState): number | null {
  return text.field(splitMarks)
}

/** The parts of the text that comments being written are on; they move with it. */
const setDraft = StateEffect.define<{ readonly thread: ThreadId; readonly place: Anchor | null }>()
const drafts = StateField.define<ReadonlyMap<ThreadId, Anchor>>({
  create: () => new Map(),
  update: (places, transaction) => {
    let next = places
    if (transaction.docChanged && places.size > 0) {
      next = new Map([...places].map(([thread, place]) => [thread, moved(place, transaction.changes)]))
    }
    for (const effect of transaction.effects) {
      if (!effect.is(setDraft)) continue
      const { thread, place } = effect.value
      const changed = new Map(next)
      if (place) changed.set(thread, place)
      else changed.delete(thread)
      next = changed
    }
    return next
  },
})

export function markDraft(thread: ThreadId, place: Anchor | null): TransactionSpec {
  return { effects: setDraft.of({ thread, place }) }
}

export function draftPlace(text: EditorState, thread: ThreadId): Anchor | null {
  return text.field(drafts).get(thread) ?? null
}

/** Where a part of the text that the server has is in the text as it is here. */
export function placeHere(text: EditorState, anchor: Anchor): Anchor {
  return unconfirmed(text).reduce((place, { changes }) => moved(place, changes), anchor)
}

export function newText(source: string, version: number, client: ClientId): EditorState {
  return EditorState.create({
    doc: Text.of(source.split("\n")),
    extensions: [
      EditorState.lineSeparator.of("\n"),
      EditorState.tabSize.of(4),
      collab({ startVersion: version, clientID: client }),
      history(),
      splitMarks,
      drafts,
      viewExtensions.of([]),
    ],
  })
}

export function sourceOf(text: EditorState): string {
  return text.doc.sliceString(0, text.doc.length, "\n")
}

/** How many updates the server and this text agree on. */
export function syncedVersion(text: EditorState): number {
  return getSyncedVersion(text)
}

/** This page's updates that no record has confirmed, oldest first. */
export function unconfirmed(text: EditorState): readonly Update[] {
  return sendableUpdates(text)
}

export function toWire(update: Update): readonly Json[] {
  const json: unknown = update.changes.toJSON()
  if (!isJsonList(json)) throw new Error("a change set is a list")
  return json
}

function isJsonList(value: unknown): value is readonly Json[] {
  return Array.isArray(value)
}

function fromWire(update: TextUpdate): Update {
  try {
    return { clientID: update.client, changes: ChangeSet.fromJSON(update.changes) }
  } catch (error) {
    throw new WireError(`a malformed text change: ${String(error)}`)
  }
}

/**
 * The transactions by which `text` takes in accepted updates that begin at `version`: others' are
 * merged under what is unconfirmed here, our own become confirmed. Throws a WireError when they do
 * not follow on what the text has.
 *
 * One update at a time: moving an insertion over a deletion and then over another insertion is not
 * the same as moving it over both at once, so the server and every page must take the same steps,
 * however the updates were cut into records.
 */
export function receive(
  text: EditorState, version: number, updates: readonly TextUpdate[],
): readonly Transaction[] {
  if (version !== getSyncedVersion(text)) throw new WireError("a gap in the text's versions")
  let state = text
  return updates.map((update) => {
    const transaction = receiveOne(state, fromWire(update))
    state = transaction.state
    return transaction
  })
}

function receiveOne(text: EditorState, update: Update): Transaction {
  try {
    const transaction = receiveUpdates(text, [update])
    // A change of the wrong length shows only when the new state is made, which is put off.
    if (transaction.state.doc.length !== transaction.changes.newLength) {
      throw new RangeError("another length than announced")
    }
    return transaction
  } catch (error) {
    throw new WireError(`a text change that does not fit: ${String(error)}`)
  }
}
