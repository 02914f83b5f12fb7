/** Places in a text that somebody can be at: not within a character of two units. */
import type { Text } from "@codemirror/state"
import type { Chance } from "./chance"

export interface Span {
  readonly from: number
  readonly to: number
}

function settled(doc: Text, place: number): number {
  if (place <= 0 || place >= doc.length) return Math.max(0, Math.min(place, doc.length))
  const [before, after] = doc.sliceString(place - 1, place + 1, "\n")
    .split("").map((unit) => unit.charCodeAt(0))
  const splits = before !== undefined && after !== undefined &&
    before >= 0xd800 && before < 0xdc00 && after >= 0xdc00 && after < 0xe000
  return splits ? place - 1 : place
}

export function anyPlace(chance: Chance, doc: Text): number {
  // Ends are where much happens.
  const kind = chance.below(6)
  return kind === 0 ? 0 : kind === 1 ? doc.length : settled(doc, chance.below(doc.length + 1))
}

export function anySpan(chance: Chance, doc: Text, most: number): Span {
  const from = anyPlace(chance, doc)
  return { from, to: settled(doc, Math.min(doc.length, from + chance.between(1, most))) }
}
