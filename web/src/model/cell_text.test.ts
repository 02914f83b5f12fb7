import { rebaseUpdates, type Update } from "@codemirror/collab"
import { ChangeSet, type EditorState } from "@codemirror/state"
import { describe, expect, it } from "vitest"
import { clientId } from "../wire/ids"
import { newText, receive, sourceOf, syncedVersion, toWire, unconfirmed } from "./cell_text"

/** A small generator, so that a failing seed can be run again. */
function randomOf(seed: number): (below: number) => number {
  let state = seed >>> 0
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) % below
  }
}

/** The server's side of the protocol (src/document), over the npm package's own steps. */
class Authority {
  readonly log: Update[] = []

  push(version: number, updates: readonly Update[]): void {
    const over = this.log.slice(version)
    this.log.push(...over.reduce((left, one) => rebaseUpdates(left, [one]), updates))
  }
}

const start = "abc\ndef"

function typeAnything(text: EditorState, random: (below: number) => number): EditorState {
  const from = random(text.doc.length + 1)
  const to = from + random(Math.min(4, text.doc.length - from + 1))
  const insert = ["", "x", "yz", "\n"][random(4)] ?? ""
  return text.update({ changes: { from, to, insert } }).state
}

/** Takes in at most `most` updates of the log. */
function catchUp(text: EditorState, log: readonly Update[], most: number): EditorState {
  const version = syncedVersion(text)
  const updates = log.slice(version, version + most).map((update) =>
    ({ client: clientId(update.clientID), changes: toWire(update) }))
  return receive(text, version, updates).at(-1)?.state ?? text
}

function converges(seed: number): readonly string[] {
  const random = randomOf(seed)
  const authority = new Authority()
  const pages = ["a", "b", "c"].map((name) => newText(start, 0, clientId(name)))
  for (let step = 0; step < 40; step++) {
    const at = random(pages.length)
    const text = pages[at]
    if (!text) continue
    const what = random(3)
    if (what === 0) authority.push(syncedVersion(text), unconfirmed(text))
    else pages[at] = what === 1 ? typeAnything(text, random) : catchUp(text, authority.log, 1 + random(5))
  }
  const settled = pages.map((text) => {
    authority.push(syncedVersion(text), unconfirmed(text))
    return text
  }).map((text) => catchUp(text, authority.log, authority.log.length))
  const truth = authority.log.reduce((doc, { changes }) => changes.apply(doc), newText(start, 0, clientId("")).doc)
  return [...settled.map(sourceOf), truth.toString()]
}

describe("typing together", () => {
  it("ends with one text on every page and the server, however the updates arrive", () => {
    for (let seed = 1; seed <= 2000; seed++) {
      const texts = converges(seed)
      expect(new Set(texts).size, `seed ${seed}: ${JSON.stringify(texts)}`).toBe(1)
    }
  })

  it("takes the same steps for two updates in one record as for two records", () => {
    const text = newText("ab", 0, clientId("me")).update({ changes: { from: 1, insert: "X" } }).state
    const others = [
      ChangeSet.of({ from: 0, to: 2 }, 2), ChangeSet.of({ from: 0, insert: "12" }, 0),
    ].map((changes) => ({ client: clientId("other"), changes: toWire({ clientID: "other", changes }) }))
    const atOnce = receive(text, 0, others).at(-1)?.state ?? text
    const first = receive(text, 0, others.slice(0, 1)).at(-1)?.state ?? text
    const oneByOne = receive(first, 1, others.slice(1)).at(-1)?.state ?? first
    expect(sourceOf(atOnce)).toBe(sourceOf(oneByOne))
  })
})
