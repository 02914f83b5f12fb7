/**
 * All code cells of a notebook as one document, one below the other, as a language server sees them; and places in it
 * as places in cells, both ways. Pure.
 */
import type { Text } from "@codemirror/state"
import type { CellId } from "../wire/ids"
import { pythonCell, type OpenBracket, type PythonCell } from "./python_scan"

/** As the language server protocol counts: from 0, columns in UTF-16 units. */
export interface Position {
  readonly line: number
  readonly character: number
}

export interface Range {
  readonly start: Position
  readonly end: Position
}

export interface CellText {
  readonly id: CellId
  readonly doc: Text
}

export interface CellPlace {
  readonly cell: CellId
  readonly from: number
  readonly to: number
}

interface Part {
  readonly id: CellId
  readonly doc: Text
  readonly python: PythonCell
  /** Of the document. */
  readonly firstLine: number
}

/** Of a document: what changed to get here. */
export interface TextChange {
  readonly range: Range
  readonly text: string
}

export class VirtualDocument {
  private readonly byId: ReadonlyMap<CellId, Part>

  private constructor(readonly text: string, private readonly parts: readonly Part[]) {
    this.byId = new Map(parts.map((part) => [part.id, part]))
  }

  static of(cells: readonly CellText[], pythonOf: (doc: Text) => PythonCell = fresh): VirtualDocument {
    let firstLine = 0
    const texts: string[] = []
    const parts = cells.map(({ id, doc }): Part => {
      const python = pythonOf(doc)
      const part = { id, doc, python, firstLine }
      // One more line keeps what a cell leaves open from the next.
      firstLine += python.lines.length + 1
      texts.push(...python.lines, python.ending)
      return part
    })
    return new VirtualDocument(texts.join("\n"), parts)
  }

  /** The texts that it was made of. */
  docOf(cell: CellId): Text | null {
    return this.byId.get(cell)?.doc ?? null
  }

  positionOf(cell: CellId, offset: number): Position | null {
    const part = this.byId.get(cell)
    if (!part || offset > part.doc.length) return null
    const line = part.doc.lineAt(offset)
    return { line: part.firstLine + line.number - 1, character: offset - line.from }
  }

  /** Whether a place is in something that is not Python, of which a language server knows nothing. */
  isMasked(cell: CellId, offset: number): boolean {
    const part = this.byId.get(cell)
    return !part || offset > part.doc.length || part.python.masked.has(part.doc.lineAt(offset).number - 1)
  }

  /** Null for what is in no cell, or in more than one. */
  placeOf({ start, end }: Range): CellPlace | null {
    const part = this.partAt(start.line)
    if (!part || part !== this.partAt(end.line)) return null
    const from = offsetIn(part, start)
    const to = offsetIn(part, end)
    return from === null || to === null ? null : { cell: part.id, from, to: Math.max(from, to) }
  }

  /** Of the cells, as they are. */
  sources(): readonly string[] {
    return this.parts.map(({ doc }) => doc.sliceString(0, doc.length, "\n"))
  }

  /** Brackets and strings that cells leave open. */
  open(): readonly (OpenBracket & { readonly cell: CellId })[] {
    return this.parts.flatMap(({ id, python }) => python.open.map((each) => ({ ...each, cell: id })))
  }

  private partAt(line: number): Part | null {
    let low = 0
    let high = this.parts.length - 1
    while (low < high) {
      const middle = Math.ceil((low + high) / 2)
      if ((this.parts[middle]?.firstLine ?? Infinity) <= line) low = middle
      else high = middle - 1
    }
    return this.parts[low] ?? null
  }
}

const fresh = (doc: Text): PythonCell => pythonCell(doc.sliceString(0, doc.length, "\n"))

function offsetIn({ doc, firstLine }: Part, { line, character }: Position): number | null {
  const number = line - firstLine + 1
  if (number < 1 || number > doc.lines) return null
  const { from, length } = doc.line(number)
  return from + Math.min(character, length)
}

/** Where `offset` of a text is. */
function positionIn(text: string, offset: number): Position {
  let line = 0
  let start = 0
  for (let at = text.indexOf("\n"); at >= 0 && at < offset; at = text.indexOf("\n", at + 1)) {
    line += 1
    start = at + 1
  }
  return { line, character: offset - start }
}

/**
 * Where `place` of `before` is in `after`, which somebody made of it meanwhile; null when they wrote there too. As `changeBetween`
 * it sees one change: what stands between two is taken for changed.
 */
export function placeAfter(before: Text, after: Text, { from, to }: { readonly from: number; readonly to: number }): { from: number; to: number } | null {
  if (before.eq(after)) return { from, to }
  const old = before.sliceString(0, before.length, "\n")
  const now = after.sliceString(0, after.length, "\n")
  const most = Math.min(old.length, now.length)
  let front = 0
  while (front < most && old.charCodeAt(front) === now.charCodeAt(front)) front += 1
  if (to <= front) return { from, to }
  let back = 0
  while (back < most - front && old.charCodeAt(old.length - 1 - back) === now.charCodeAt(now.length - 1 - back)) back += 1
  const moved = now.length - old.length
  return from >= old.length - back ? { from: from + moved, to: to + moved } : null
}

const isLowSurrogate = (unit: number): boolean => unit >= 0xdc00 && unit < 0xe000

/** The one change that makes `after` of `before`; null when they are the same. */
export function changeBetween(before: string, after: string): TextChange | null {
  if (before === after) return null
  const most = Math.min(before.length, after.length)
  let front = 0
  while (front < most && before.charCodeAt(front) === after.charCodeAt(front)) front += 1
  if (front > 0 && isLowSurrogate(before.charCodeAt(front))) front -= 1
  let back = 0
  while (back < most - front && before.charCodeAt(before.length - 1 - back) === after.charCodeAt(after.length - 1 - back)) back += 1
  if (back > 0 && isLowSurrogate(before.charCodeAt(before.length - back))) back -= 1
  return {
    range: { start: positionIn(before, front), end: positionIn(before, before.length - back) },
    text: after.slice(front, after.length - back),
  }
}
