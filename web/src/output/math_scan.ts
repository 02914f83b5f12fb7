/** Finds LaTeX in text: `$…$`, `$$…$$`, `\(…\)`, `\[…\]` and `\begin{env}…\end{env}`. Pure. */
export interface Formula {
  readonly tex: string
  readonly display: boolean
  /** Behind its closing mark. */
  readonly end: number
}

const longestInline = 4000
const longestDisplay = 20_000
const environment =
  /^\\begin\{((?:align|alignat|aligned|equation|gather|multline|eqnarray|cases|split|matrix|pmatrix|bmatrix|vmatrix|array|CD)\*?)\}/

/** The formula that begins at `at`, or null. */
export function formulaAt(text: string, at: number): Formula | null {
  const first = text[at]
  if (first === "$") {
    return text[at + 1] === "$" ? between(text, at, "$$", "$$", true) : dollars(text, at)
  }
  if (first !== "\\") return null
  switch (text[at + 1]) {
    case "(": return between(text, at, "\\(", "\\)", false)
    case "[": return between(text, at, "\\[", "\\]", true)
    case "b": return named(text, at)
    case undefined:
    default: return null
  }
}

/** What opens at the start of a line may be a block of its own; returns the mark that closes it. */
export function blockClosing(line: string): string | null {
  if (line.startsWith("$$")) return "$$"
  if (line.startsWith("\\[")) return "\\]"
  const name = environment.exec(line)?.[1]
  return name === undefined ? null : `\\end{${name}}`
}

/** `text` as pieces of text and formulas, in order. */
export function splitMath(text: string): readonly (string | Formula)[] {
  const pieces: (string | Formula)[] = []
  const mark = /[$\\]/g
  let done = 0
  for (let match = mark.exec(text); match; match = mark.exec(text)) {
    const found = formulaAt(text, match.index)
    if (found) {
      if (match.index > done) pieces.push(text.slice(done, match.index))
      pieces.push(found)
      done = found.end
      mark.lastIndex = done
    } else if (match[0] === "\\") {
      mark.lastIndex = match.index + 2 // `\$` is a dollar, `\\(` no formula.
    }
  }
  if (done < text.length) pieces.push(text.slice(done))
  return pieces
}

function between(
  text: string, at: number, opening: string, closing: string, display: boolean,
): Formula | null {
  const from = at + opening.length
  const end = nextClosing(text, closing, from)
  if (end < 0 || end - from > (display ? longestDisplay : longestInline)) return null
  const tex = text.slice(from, end)
  return tex.trim() === "" ? null : { tex, display, end: end + closing.length }
}

/** As pandoc has it: no space inside the dollars, no digit behind, so that prices stay prices. */
function dollars(text: string, at: number): Formula | null {
  if (/^\s?$/.test(text.slice(at + 1, at + 2))) return null
  const end = nextClosing(text, "$", at + 2)
  if (end < 0 || end - at > longestInline) return null
  const tex = text.slice(at + 1, end)
  return /\n\s*\n/.test(tex) ? null : { tex, display: false, end: end + 1 }
}

function named(text: string, at: number): Formula | null {
  const name = environment.exec(text.slice(at, at + 40))?.[1]
  if (name === undefined) return null
  const closing = `\\end{${name}}`
  const end = nextClosing(text, closing, at)
  return end < 0 || end - at > longestDisplay ? null
    : { tex: text.slice(at, end + closing.length), display: true, end: end + closing.length }
}

interface Found {
  readonly from: number
  readonly at: number
}

// Where each mark was last found. A text full of marks that nothing closes is so read once, not once
// for each of them.
let searched = ""
const lastFound = new Map<string, Found>()

/** Where the next `closing` that is not escaped stands, from `from` on; -1 when there is none. */
export function nextClosing(text: string, closing: string, from: number): number {
  if (text !== searched) {
    searched = text
    lastFound.clear()
  }
  const known = lastFound.get(closing)
  if (known && from >= known.from && (known.at < 0 || from <= known.at)) return known.at
  let at = text.indexOf(closing, from)
  while (at >= 0 && !closes(text, closing, at)) at = text.indexOf(closing, at + 1)
  lastFound.set(closing, { from, at })
  return at
}

function closes(text: string, closing: string, at: number): boolean {
  if (escaped(text, at)) return false
  return closing !== "$" || !/\s/.test(text[at - 1] ?? " ") && !/\d/.test(text[at + 1] ?? "")
}

function escaped(text: string, at: number): boolean {
  // `\]` and `\)` are themselves escapes: what counts is an odd number of backslashes before them.
  let slashes = 0
  while (text[at - 1 - slashes] === "\\") slashes += 1
  return slashes % 2 === 1
}
