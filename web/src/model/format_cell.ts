/**
 * A code cell for a formatter of Python, and back: lines that only IPython reads, and those of a form, stand aside meanwhile.
 */
import { cellMagic, pythonCell } from "./python_scan"

interface Formattable {
  readonly python: string
  /** The cell, of what the formatter made of `python`; null when it lost something. */
  readonly back: (formatted: string) => string | null
}

const placeholder = /^(\s*)pass {2}# colibri line (\d+)$/

/** Null for a cell that is not Python, or is broken. */
export function formattable(source: string): Formattable | null {
  const cell = pythonCell(source)
  const magic = cellMagic(source)
  if (cell.open.length > 0 || (magic !== null && cell.masked.size === cell.lines.length) || source.trim() === "") return null
  const lines = source.split("\n")
  const aside: string[] = []
  let head = -1
  const python = lines.map((line, at) => {
    if (magic !== null && head < 0 && line.trim() !== "") {
      head = at
      return ""
    }
    if (!cell.masked.has(at) && !/#\s*@(?:param|title|markdown)\b/.test(line)) return line
    if (line.trim() === "") return line
    aside.push(line.trim())
    return `${/^\s*/.exec(line)?.[0] ?? ""}pass  # colibri line ${aside.length - 1}`
  })
  const first = head >= 0 ? `${lines.slice(0, head + 1).join("\n")}\n` : ""
  // It keeps a last value from being shown; as a program's it would be of no use.
  const isQuiet = /;\s*(?:#.*)?$/.test(source)
  return {
    python: python.slice(head + 1).join("\n"),
    back: (formatted) => {
      let seen = 0
      const result = formatted.replace(/\n+$/, "").split("\n").map((line) => {
        const [, indent = "", number = ""] = placeholder.exec(line) ?? []
        if (number === "") return line
        seen += 1
        return indent + (aside[Number(number)] ?? "")
      }).join("\n")
      if (seen !== aside.length) return null
      return first + (isQuiet && !result.endsWith(";") && !/\n?[^\n]*#[^\n]*$/.test(result.slice(result.lastIndexOf("\n") + 1)) ? `${result};` : result)
    },
  }
}
