/** What is wrong in the cells of a notebook, of what a language server says about all of them as one document. */
import type { CellId } from "../wire/ids"
import type { ServerDiagnostic } from "../wire/language_server"
import type { VirtualDocument } from "./virtual_document"

export interface Problem {
  readonly from: number
  readonly to: number
  readonly severity: "error" | "warning"
  readonly message: string
}

export type ProblemLevel = "off" | "errors" | "all"

/** What brings names that no reader of the text can know. */
const bringsNames = /^\s*from\s+[\w.]+\s+import\s+\*|^\s*%(?:run|pylab|load|store|load_ext)\b|\bexec\(|\bglobals\(\)/m
const unknownName = "reportUndefinedVariable"

/** `sources`: of all code cells, as they are. `open`: what is said of a bracket or string that is never closed. */
export function problemsOf(
  document: VirtualDocument, found: readonly ServerDiagnostic[], level: ProblemLevel, sources: readonly string[],
  open: (sign: string) => string,
): ReadonlyMap<CellId, readonly Problem[]> {
  const problems = new Map<CellId, Problem[]>()
  const add = (cell: CellId, problem: Problem): void => {
    const known = problems.get(cell)
    if (known) known.push(problem)
    else problems.set(cell, [problem])
  }
  if (level === "off") return problems
  const namesAreKnown = !sources.some((source) => bringsNames.test(source))
  for (const { range, severity, message, code } of found) {
    if (severity === "hint" || (severity === "warning" && level !== "all")) continue
    if (code === unknownName && !namesAreKnown) continue
    const place = document.placeOf(range)
    if (!place || document.isMasked(place.cell, place.from)) continue
    add(place.cell, { from: place.from, to: place.to, severity, message })
  }
  for (const { cell, bracket, at } of document.open()) {
    add(cell, { from: at, to: at + bracket.length, severity: "error", message: open(bracket) })
  }
  return problems
}
