/** Finding a command by some of its letters. Pure. */

export interface Fit {
  readonly score: number
  /** Which letters of the text were meant, for marking them. */
  readonly at: readonly number[]
}

const isStart = (text: string, at: number): boolean => at === 0 || /[\s.,:/(“"-]/.test(text[at - 1] ?? "")

/** How well `query` fits: all its letters in their order, better together and at the beginning of words; null when not. */
export function fuzzy(query: string, text: string): Fit | null {
  const wanted = query.toLowerCase().replace(/\s+/g, "")
  const given = text.toLowerCase()
  if (wanted === "") return { score: 0, at: [] }
  const whole = given.indexOf(query.toLowerCase().trim())
  if (whole >= 0) {
    const length = query.trim().length
    return {
      score: 100 + (isStart(given, whole) ? 50 : 0) - whole - given.length / 100,
      at: Array.from({ length }, (_, offset) => whole + offset),
    }
  }
  return [true, false].map((atStarts) => walk(wanted, given, atStarts))
    .reduce((best, fit) => !best || (fit && fit.score > best.score) ? fit : best, null)
}

/** Letter by letter; `atStarts` prefers the beginnings of words. */
function walk(wanted: string, given: string, atStarts: boolean): Fit | null {
  const at: number[] = []
  let score = 0
  let from = 0
  for (const letter of wanted) {
    let found = given.indexOf(letter, from)
    const follows = found === from && from > 0
    if (atStarts && !follows) {
      for (let next = found; next >= 0; next = given.indexOf(letter, next + 1)) {
        if (!isStart(given, next)) continue
        found = next
        break
      }
    }
    if (found < 0) return null
    score += isStart(given, found) ? 8 : found === from ? 5 : 1 - Math.min(3, (found - from) / 10)
    at.push(found)
    from = found + 1
  }
  return { score: score - given.length / 100, at }
}
