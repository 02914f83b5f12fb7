/**
 * Keeps an element showing a text that grows: only what came since is read and drawn. Finished lines
 * stand in chunks that the browser need not lay out while they are out of sight.
 */
import { Terminal } from "./terminal"
import { appendRuns, appendText, plainText } from "./terminal_dom"
import type { TerminalLine } from "./terminal_line"

const linesPerChunk = 200
/** So much text is read at once; more waits for the next frame. */
const unitsPerFrame = 16 * 1024

interface DrawnLine {
  readonly line: TerminalLine
  readonly element: HTMLElement
  readonly version: number
  readonly isFirst: boolean
}

/** Draws all of `text` at once, for what does not grow any more. */
export function drawTerminalText(element: HTMLElement, text: string): void {
  new StreamSink(element, Infinity).show(text)
}

export class StreamSink {
  readonly #element: HTMLElement
  #terminal = new Terminal()
  #text = ""
  #done = 0
  #chunk: HTMLElement | null = null
  #chunkLines = 0
  // Plain text for the chunk's end: put there at once for many lines, for each change of a node costs.
  #pending = ""
  // Empty lines at the end of a block would not be seen: they wait to begin the next one.
  #heldEmpty = 0
  #openElement: HTMLElement
  #before = document.createTextNode("")
  #after = document.createTextNode("")
  #drawn: DrawnLine[] = []
  #frame = 0

  constructor(element: HTMLElement, private readonly atOnce = unitsPerFrame) {
    this.#element = element
    this.#openElement = this.#begin()
  }

  /** Makes `text` what is shown. Cheap when it begins with what was shown before. */
  show(text: string): void {
    if (!text.startsWith(this.#text)) {
      this.#openElement = this.#begin()
      this.#terminal = new Terminal()
      this.#done = 0
    }
    this.#text = text
    if (this.#frame === 0) this.#pump()
  }

  /** Stops work that waits for a frame. */
  close(): void {
    cancelAnimationFrame(this.#frame)
    this.#frame = 0
  }

  #begin(): HTMLElement {
    this.#chunk = null
    this.#chunkLines = 0
    this.#pending = ""
    this.#heldEmpty = 0
    this.#drawn = []
    this.#before.data = ""
    this.#after.data = ""
    const open = document.createElement("div")
    open.append(this.#before, this.#after)
    this.#element.replaceChildren(open)
    return open
  }

  #pump(): void {
    this.#frame = 0
    if (this.#done < this.#text.length) {
      const next = this.#text.slice(this.#done, this.#done + this.atOnce)
      this.#done += next.length
      this.#terminal.feed(next)
      this.#draw()
    }
    if (this.#done < this.#text.length) {
      this.#frame = requestAnimationFrame(() => this.#pump())
    }
  }

  #draw(): void {
    const finished = this.#terminal.takeFinished()
    // Finished lines that were drawn as open ones are the first of those.
    for (const { element } of this.#drawn.splice(0, Math.min(finished.length, this.#drawn.length))) {
      element.remove()
    }
    for (const line of finished) this.#finish(line)
    this.#flush()
    const { open } = this.#terminal
    // A last line without text is only where the cursor stands.
    const shown = open.at(-1)?.length === 0 ? open.slice(0, -1) : open
    for (const { element } of this.#drawn.splice(shown.length)) element.remove()
    shown.forEach((line, at) => this.#drawOpen(line, at))
    this.#before.data = "\n".repeat(this.#heldEmpty)
    this.#after.data = shown.at(-1)?.length === 0 ? "\n" : ""
  }

  // Line ends stand between lines, within a block: what is copied then has each of them once.
  #finish(line: TerminalLine): void {
    if (line.length === 0) {
      this.#heldEmpty += 1
      return
    }
    if (!this.#chunk || this.#chunkLines >= linesPerChunk) {
      this.#flush()
      this.#chunk = document.createElement("div")
      this.#chunk.className = "o-stream-chunk"
      this.#chunkLines = 0
      this.#element.insertBefore(this.#chunk, this.#openElement)
    }
    const isFirst = this.#chunkLines === 0
    this.#pending += "\n".repeat(this.#heldEmpty + (isFirst ? 0 : 1))
    this.#chunkLines += this.#heldEmpty + 1
    this.#heldEmpty = 0
    const plain = plainText(line.runs)
    if (plain !== null) {
      this.#pending += plain
      return
    }
    this.#flush()
    appendRuns(this.#chunk, line.runs)
  }

  #flush(): void {
    if (this.#chunk) appendText(this.#chunk, this.#pending)
    this.#pending = ""
  }

  #drawOpen(line: TerminalLine, at: number): void {
    const known = this.#drawn[at]
    const isFirst = at === 0
    if (known?.line === line && known.version === line.version && known.isFirst === isFirst) return
    const element = known?.element ?? document.createElement("span")
    if (!known) this.#openElement.insertBefore(element, this.#after)
    element.replaceChildren()
    if (!isFirst) appendText(element, "\n")
    appendRuns(element, line.runs)
    this.#drawn[at] = { line, element, version: line.version, isFirst }
  }
}
