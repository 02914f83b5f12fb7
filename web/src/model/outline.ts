/** The headings of a notebook's text cells, and the sections that they begin. Pure. */
import type { Text } from "@codemirror/state"
import type { CellId } from "../wire/ids"
import type { Cell, NotebookState } from "./notebook_state"

export interface Heading {
  /** 1 to 6. */
  readonly level: number
  /** As a person reads it, without marks. */
  readonly text: string
}

export interface OutlineEntry extends Heading {
  readonly cell: CellId
  /** Which of the cell's headings. */
  readonly nth: number
}

/** Text behind it is not looked at. */
const mostLines = 2_000

const fence = /^ {0,3}(`{3,}|~{3,})/
const heading = /^ {0,3}(#{1,6})(?:[ \t]+(.*?))?(?:[ \t]+#+)?[ \t]*$/

/** Without Markdown's marks and HTML's tags. */
function plain(text: string): string {
  return text
    .replace(/!?\[([^\]]*)\]\([^)]*\)/g, "$1")
    .replace(/<\/?[a-zA-Z][^>]{0,200}>/g, "")
    .replace(/(\*\*|__|~~|`)(.+?)\1/g, "$2")
    .replace(/(?<![\w*])[*_]([^*_]+)[*_](?![\w*])/g, "$1")
    .replace(/\\([\\`*_{}[\]()#+\-.!$])/g, "$1")
    .trim()
}

export function headingsOf(source: string): readonly Heading[] {
  const found: Heading[] = []
  let open = ""
  for (const line of source.split("\n", mostLines)) {
    const mark = fence.exec(line)?.[1] ?? ""
    if (open !== "") {
      if (mark.startsWith(open) && line.trim() === mark) open = ""
      continue
    }
    if (mark !== "") {
      open = mark
      continue
    }
    const match = heading.exec(line)
    const text = match ? plain(match[2] ?? "") : ""
    if (match?.[1] !== undefined && text !== "") found.push({ level: match[1].length, text })
  }
  return found
}

const known = new WeakMap<Text, readonly Heading[]>()

function headingsIn(cell: Cell): readonly Heading[] {
  if (cell.cell_type !== "markdown") return []
  const { doc } = cell.text
  let found = known.get(doc)
  if (!found) {
    found = headingsOf(doc.sliceString(0, doc.length, "\n"))
    known.set(doc, found)
  }
  return found
}

export function outlineOf(state: NotebookState): readonly OutlineEntry[] {
  return state.order.flatMap((id) => {
    const cell = state.cells.get(id)
    return cell ? headingsIn(cell).map((each, nth) => ({ ...each, cell: id, nth })) : []
  })
}

/** The level of the section that a cell begins: its first heading's; 0 for none. */
export function sectionLevel(cell: Cell | undefined): number {
  return (cell && headingsIn(cell)[0]?.level) ?? 0
}

/** The cells of the section that `id` begins, itself first; null when it begins none. */
export function sectionFrom(state: NotebookState, id: CellId): readonly CellId[] | null {
  const level = sectionLevel(state.cells.get(id))
  const at = state.order.indexOf(id)
  if (level === 0 || at < 0) return null
  const rest = state.order.slice(at + 1)
  const end = rest.findIndex((other) => {
    const theirs = sectionLevel(state.cells.get(other))
    return theirs > 0 && theirs <= level
  })
  return [id, ...(end < 0 ? rest : rest.slice(0, end))]
}

/** The cell that begins the innermost section that `id` is in; null before the first. */
export function sectionOf(state: NotebookState, id: CellId): CellId | null {
  for (let at = state.order.indexOf(id); at >= 0; at -= 1) {
    const cell = state.order[at]
    if (cell !== undefined && sectionLevel(state.cells.get(cell)) > 0) return cell
  }
  return null
}

/** What is hidden when these sections are collapsed, and how many cells each hides. */
export function hiddenBy(
  state: NotebookState, collapsed: ReadonlySet<CellId>,
): { readonly hidden: ReadonlySet<CellId>; readonly counts: ReadonlyMap<CellId, number> } {
  const hidden = new Set<CellId>()
  const counts = new Map<CellId, number>()
  for (const id of collapsed) {
    const [, ...rest] = sectionFrom(state, id) ?? []
    if (rest.length === 0) continue
    counts.set(id, rest.length)
    for (const cell of rest) hidden.add(cell)
  }
  return { hidden, counts }
}
