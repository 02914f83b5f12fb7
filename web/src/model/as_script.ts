/** A notebook as one text: a Python program, or Markdown. Pure. */
import { sourceOf } from "./cell_text"
import type { Cell, NotebookState } from "./notebook_state"

const cellsOf = (state: NotebookState): readonly Cell[] =>
  state.order.map((id) => state.cells.get(id)).filter((cell): cell is Cell => cell !== undefined)

/** IPython's own lines are no Python: they stay as comments. */
function withoutMagics(source: string): string {
  const lines = source.split("\n")
  if (/^\s*%%(?!capture|time|timeit)/.test(lines[0] ?? "")) return lines.map((line) => `# ${line}`.trimEnd()).join("\n")
  let open = false
  return lines.map((line) => {
    const isMagic = !open && /^\s*(?:!|%|\?)/.test(line) || (!open && /^\s*[\w.]+\s*=\s*[!%]/.test(line))
    // A string of three quotes over many lines may hold anything.
    if ((line.match(/"""|'''/g)?.length ?? 0) % 2 === 1) open = !open
    return isMagic ? line.replace(/^(\s*)/, "$1# ") : line
  }).join("\n")
}

const quoted = (text: string): string => `"""${text.replace(/\\/g, "\\\\").replaceAll('"""', '\\"\\"\\"')}\n"""`

/** What runs by itself; the text cells are strings in it. */
export function asPython(state: NotebookState): string {
  const parts = cellsOf(state).flatMap((cell) => {
    const source = sourceOf(cell.text).trimEnd()
    if (source === "") return []
    return [cell.cell_type === "code" ? withoutMagics(source) : quoted(source)]
  })
  return `# -*- coding: utf-8 -*-\n${parts.map((part) => `\n${part}\n`).join("")}`
}

/** Text as it is, and code in fences that no code in it ends. */
export function asMarkdown(state: NotebookState, language: string): string {
  return cellsOf(state).flatMap((cell) => {
    const source = sourceOf(cell.text).trimEnd()
    if (source === "") return []
    if (cell.cell_type === "markdown") return [source]
    const longest = Math.max(2, ...[...source.matchAll(/`{3,}/g)].map(([run]) => run.length))
    const fence = "`".repeat(longest + 1)
    return [`${fence}${cell.cell_type === "code" ? language : ""}\n${source}\n${fence}`]
  }).join("\n\n") + "\n"
}
