import { plainStyle, type TerminalStyle } from "./terminal_style"

/** Text of one style. */
export interface Run {
  readonly text: string
  readonly style: TerminalStyle
}

/** One line of a terminal: it can be written over at any column (UTF-16 units). */
export class TerminalLine {
  #runs: Run[] = []
  #length = 0
  /** Counts the changes, so that a drawer sees which lines it must draw again. */
  version = 0

  get runs(): readonly Run[] {
    return this.#runs
  }

  get length(): number {
    return this.#length
  }

  /** Puts `text` at `column`, over what is there; a gap before it becomes spaces. */
  write(column: number, text: string, style: TerminalStyle): void {
    if (text === "") return
    this.version += 1
    if (column > this.#length) this.#push(" ".repeat(column - this.#length), plainStyle)
    if (column === this.#length) {
      this.#push(text, style)
      return
    }
    const behind = this.#slice(column + text.length, this.#length)
    this.#runs = this.#slice(0, column)
    this.#length = Math.min(column, this.#length)
    this.#push(text, style)
    for (const run of behind) this.#push(run.text, run.style)
  }

  /** Takes away what stands from `from` on, up to `to`. */
  erase(from: number, to: number): void {
    if (from >= this.#length || to <= from) return
    this.version += 1
    if (to >= this.#length) {
      this.#runs = this.#slice(0, from)
      this.#length = from
    } else {
      this.write(from, " ".repeat(to - from), plainStyle)
    }
  }

  #push(text: string, style: TerminalStyle): void {
    const last = this.#runs.at(-1)
    if (last?.style === style) {
      this.#runs[this.#runs.length - 1] = { text: last.text + text, style }
    } else {
      this.#runs.push({ text, style })
    }
    this.#length += text.length
  }

  #slice(from: number, to: number): Run[] {
    const kept: Run[] = []
    let start = 0
    for (const run of this.#runs) {
      const end = start + run.text.length
      if (end > from && start < to) {
        const text = whole(run.text.slice(Math.max(0, from - start), to - start))
        kept.push({ text, style: run.style })
      }
      start = end
    }
    return kept
  }
}

/** A surrogate pair cut in two leaves a space, never half a character. */
function whole(text: string): string {
  const first = text.charCodeAt(0)
  const last = text.charCodeAt(text.length - 1)
  let kept = text
  if (first >= 0xdc00 && first <= 0xdfff) kept = ` ${kept.slice(1)}`
  if (last >= 0xd800 && last <= 0xdbff) kept = `${kept.slice(0, -1)} `
  return kept
}
