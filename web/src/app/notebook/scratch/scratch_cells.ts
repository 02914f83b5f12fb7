/** The scratch cells of one page: in tabs of their own, and what was put out by selected parts of cells. */
import { newCellId, type CellId } from "../../../wire/ids"
import { rememberedHere, rememberHere } from "../../remembered"
import type { PageTabs } from "../tabs/tabs"

const keyOf = (ref: string): string => `colibri.scratch.${ref}`

export class ScratchCells {
  /** Where the last run of a part of a cell put out what it did. */
  private selections: ReadonlyMap<CellId, CellId> = new Map()
  private readonly listeners = new Set<() => void>()

  constructor(private readonly scratch: { run: (cell: CellId, code: string) => void; close: (cell: CellId) => void }, private readonly tabs: PageTabs) {}

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener)
    return () => this.listeners.delete(listener)
  }

  /** A new one in a tab, which a reload finds with its text. */
  open(code = "", side: "right" | "bottom" = "right"): void {
    const ref = newCellId()
    this.keep(ref, code)
    this.tabs.open({ kind: "scratch", ref, title: titleOf(code) }, side)
  }

  textOf(ref: string): string {
    return rememberedHere(keyOf(ref)) ?? ""
  }

  keep(ref: string, code: string): void {
    rememberHere(keyOf(ref), code)
  }

  /** Its tab was closed. */
  forget(ref: CellId): void {
    rememberHere(keyOf(ref), null)
    this.scratch.close(ref)
  }

  runPart(of: CellId, code: string): void {
    const cell = this.selections.get(of) ?? newCellId()
    this.set(new Map(this.selections).set(of, cell))
    this.scratch.run(cell, withoutIndent(code))
  }

  partOf(of: CellId): CellId | undefined {
    return this.selections.get(of)
  }

  closePart(of: CellId): void {
    const cell = this.selections.get(of)
    if (cell === undefined) return
    this.scratch.close(cell)
    this.set(new Map([...this.selections].filter(([id]) => id !== of)))
  }

  private set(selections: ReadonlyMap<CellId, CellId>): void {
    this.selections = selections
    for (const listener of [...this.listeners]) listener()
  }
}

/** The first line with something in it. */
export const titleOf = (code: string): string =>
  code.split("\n").find((line) => line.trim() !== "")?.trim().slice(0, 60) ?? ""

/** Lines that were selected inside a block run as if they stood at the margin. */
export function withoutIndent(code: string): string {
  // A selection may begin behind the indent of its first line.
  const lines = code.split("\n")
  const indents = lines.filter((line) => line.trim() !== "").map((line) => /^[ \t]*/.exec(line)?.[0] ?? "")
  const rest = indents.length > 1 && indents[0] === "" ? indents.slice(1) : indents
  const shared = rest.reduce((least, indent) => {
    let at = 0
    while (at < least.length && least[at] === indent[at]) at += 1
    return least.slice(0, at)
  }, rest[0] ?? "")
  // What follows a first line that opens a block belongs to it.
  if (rest !== indents && /:\s*(?:#.*)?$/.test(lines.find((line) => line.trim() !== "") ?? "")) return code
  return lines.map((line) => line.startsWith(shared) ? line.slice(shared.length) : line).join("\n")
}
