/** Where a part of a Markdown text stands in what was drawn of it. Pure. */

export interface Span {
  readonly from: number
  readonly to: number
}

/** The signs of Markdown that are not drawn, and what a link leads to. */
const signs = /\]\([^()\s]*\)|^\s{0,3}(?:#{1,6}\s+|>\s?|[-*+]\s+|\d+[.)]\s+)|[*_`~[\]!]/gm

/** Words as they can be compared: without signs and spaces. */
const bare = (markdown: string): string => markdown.replace(signs, "").replace(/\s+/gu, "")

/** `source.slice(from, to)` in `drawn`, the same one of several; null when it is not to be found there. */
export function renderedPlace(source: string, { from, to }: Span, drawn: string): Span | null {
  const wanted = bare(source.slice(from, to))
  if (wanted === "") return null
  // What is compared of `drawn`, and where each unit of it stands.
  const units: string[] = []
  const places: number[] = []
  for (let at = 0; at < drawn.length; at++) {
    const unit = drawn.charAt(at)
    if (/[\s*_`~[\]!]/u.test(unit)) continue
    units.push(unit)
    places.push(at)
  }
  const text = units.join("")
  const before = bare(source.slice(0, from)).length
  let best: number | null = null
  for (let at = text.indexOf(wanted); at >= 0; at = text.indexOf(wanted, at + 1)) {
    if (best === null || Math.abs(at - before) < Math.abs(best - before)) best = at
  }
  const [first, last] = best === null ? [] : [places[best], places[best + wanted.length - 1]]
  return first === undefined || last === undefined ? null : { from: first, to: last + 1 }
}
