/**
 * What a kernel prints, read as a terminal would: colours, carriage return, backspace, erasing, and
 * going up a few lines, so that progress bars move in place. Everything else is left out. No DOM.
 */
import { TerminalLine } from "./terminal_line"
import { applySgr, plainStyle, withLink, type TerminalStyle } from "./terminal_style"

/** So many last lines can still be changed; those above are finished. */
const openLines = 32
/** A longer line is as good as wrapped: going back in it starts a new one. */
const longestEditable = 1024
/** No column beyond is reached by moving the cursor without writing. */
const furthestColumn = 500
/** An escape sequence that is longer than this is none. */
const longestEscape = 4096

const escape = "\x1b"
// C0 controls but tab, and DEL and C1: none of them is ever drawn.
// eslint-disable-next-line no-control-regex
const special = /[\x00-\x08\x0a-\x1f\x7f-\x9f]/g
// eslint-disable-next-line no-control-regex
const control = /\x1b\[([0-?]*)[ -/]*([@-~])/y
// eslint-disable-next-line no-control-regex
const unfinishedControl = /^\x1b\[[0-?]*[ -/]*$/
// eslint-disable-next-line no-control-regex
const short = /\x1b[ -/]*[0-~]/y

export class Terminal {
  #finished: TerminalLine[] = []
  #open: TerminalLine[] = [new TerminalLine()]
  #row = 0
  #column = 0
  #style: TerminalStyle = plainStyle
  #rest = ""

  /** The last lines, which later text may still change; the last one may be empty. */
  get open(): readonly TerminalLine[] {
    return this.#open
  }

  /** The lines that became unchangeable since the last call, in order. */
  takeFinished(): readonly TerminalLine[] {
    const finished = this.#finished
    this.#finished = []
    return finished
  }

  /** Takes more text; an escape sequence may be split between two calls. */
  feed(text: string): void {
    let all = this.#rest + text
    this.#rest = ""
    if (/[\ud800-\udbff]$/.test(all)) {
      this.#rest = all.slice(-1) // The second half of the character is still to come.
      all = all.slice(0, -1)
    }
    let at = 0
    while (at < all.length) {
      special.lastIndex = at
      const found = special.exec(all)
      const end = found ? found.index : all.length
      if (end > at) this.#write(all.slice(at, end))
      if (!found) return
      if (found[0] === escape) {
        const next = this.#escape(all, end)
        if (next < 0) {
          this.#rest = all.slice(end) + this.#rest
          return
        }
        at = next
      } else {
        this.#move(found[0])
        at = end + 1
      }
    }
  }

  get #line(): TerminalLine {
    const line = this.#open[this.#row]
    if (!line) throw new Error("the cursor is outside of the open lines")
    return line
  }

  #write(text: string): void {
    this.#line.write(this.#column, text, this.#style)
    this.#column += text.length
  }

  #move(character: string): void {
    if (character === "\n") {
      this.#nextLine()
    } else if (character === "\r") {
      this.#goTo(0)
    } else if (character === "\b") {
      this.#goTo(this.#column - 1)
    }
  }

  #nextLine(): void {
    this.#row += 1
    this.#column = 0
    if (this.#row === this.#open.length) this.#open.push(new TerminalLine())
    // Cut in batches: moving an array up by one for each line would cost more than the line.
    if (this.#open.length >= 2 * openLines) {
      const surplus = this.#open.splice(0, Math.min(this.#row, this.#open.length - openLines))
      this.#finished.push(...surplus)
      this.#row -= surplus.length
    }
  }

  #goTo(column: number): void {
    if (this.#line.length > longestEditable && column < this.#column) {
      this.#nextLine()
      return
    }
    const furthest = Math.max(furthestColumn, this.#line.length)
    this.#column = Math.min(Math.max(0, column), furthest)
  }

  /** Reads the sequence at `at`; returns where it ends, or -1 when its end is still to come. */
  #escape(text: string, at: number): number {
    const kind = text[at + 1]
    if (kind === undefined) return -1
    if (kind === "[") return this.#controlSequence(text, at)
    if ("]PX^_".includes(kind)) return this.#stringSequence(text, at)
    short.lastIndex = at
    const found = short.exec(text)
    return found ? short.lastIndex : at + 1
  }

  #controlSequence(text: string, at: number): number {
    control.lastIndex = at
    const found = control.exec(text)
    if (found) {
      this.#act(found[2] ?? "", found[1] ?? "")
      return control.lastIndex
    }
    const rest = text.slice(at, at + longestEscape + 1)
    return rest.length <= longestEscape && unfinishedControl.test(rest) ? -1 : at + 2
  }

  /** An operating system command or its kind: only a hyperlink (8) means anything here. */
  #stringSequence(text: string, at: number): number {
    const window = text.slice(at + 2, at + 2 + longestEscape)
    // eslint-disable-next-line no-control-regex
    const end = /\x07|\x1b\\/.exec(window)
    if (!end) return window.length < longestEscape ? -1 : at + 2
    const link = text[at + 1] === "]" ? /^8;[^;]*;(.*)$/s.exec(window.slice(0, end.index)) : null
    if (link) this.#style = withLink(this.#style, webAddress(link[1] ?? ""))
    return at + 2 + end.index + end[0].length
  }

  #act(final: string, parameters: string): void {
    if (final === "m") {
      if (!/[<=>?]/.test(parameters)) this.#style = applySgr(this.#style, parameters)
      return
    }
    const count = Math.min(Number(/^\d*/.exec(parameters)?.[0] ?? "") || 0, 100_000)
    const steps = Math.max(1, count)
    switch (final) {
      case "A": this.#row = Math.max(0, this.#row - steps); break
      case "B": this.#row = Math.min(this.#open.length - 1, this.#row + steps); break
      case "C": this.#goTo(this.#column + steps); break
      case "D": this.#goTo(this.#column - steps); break
      case "E": this.#row = Math.min(this.#open.length - 1, this.#row + steps); this.#column = 0; break
      case "F": this.#row = Math.max(0, this.#row - steps); this.#column = 0; break
      case "G": this.#goTo(steps - 1); break
      case "J": if (count === 0) this.#eraseBelow(); break
      case "K": this.#eraseInLine(count); break
    }
  }

  #eraseInLine(mode: number): void {
    const from = mode === 0 ? this.#column : 0
    this.#line.erase(from, mode === 1 ? this.#column + 1 : Infinity)
  }

  #eraseBelow(): void {
    this.#line.erase(this.#column, Infinity)
    for (const line of this.#open.slice(this.#row + 1)) line.erase(0, Infinity)
  }
}

/** `text` as an absolute http or https address, or null. */
export function webAddress(text: string): string | null {
  if (text.length > 2000 || !URL.canParse(text)) return null
  const url = new URL(text)
  return url.protocol === "https:" || url.protocol === "http:" ? url.href : null
}
