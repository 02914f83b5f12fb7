/** Reads the table that pandas prints as HTML. */
import { tableOfTexts, type DataTable } from "../model/data_table"

const mostCells = 200_000

/** The one DataFrame in `html` as data; null when there is none, or several. */
export function tableInHtml(html: string): DataTable | null {
  if (!html.includes("dataframe") || html.length > 20_000_000) return null
  const parsed = new DOMParser().parseFromString(html, "text/html")
  const [table, another] = parsed.querySelectorAll<HTMLTableElement>("table.dataframe")
  if (!table || another || !table.tHead) return null
  const heads = grid(table.tHead)
  const body = grid(table.tBodies[0] ?? null)
  const columns = heads[0]?.length ?? 0
  if (columns === 0 || body.length * columns > mostCells) return null
  const first = table.tBodies[0]?.rows[0]
  const indexColumns = first ? Array.from(first.cells).filter(({ localName }) => localName === "th").length : 1
  const names = Array.from({ length: columns }, (_, at) => nameOf(heads.map((row) => row[at] ?? ""), at < indexColumns))
  const whole = body.filter((row) => !row.every((text) => text === "..." || text === "…"))
  // Columns that pandas left out are one of dots.
  const kept = names.map((_, at) => at).filter((at) => names[at] !== "..." || whole.some((row) => row[at] !== "..."))
  const size = /(\d+) rows × (\d+) columns/.exec(parsed.body.textContent)
  return tableOfTexts(kept.map((at) => names[at] ?? ""), indexColumns,
    whole.map((row) => kept.map((at) => row[at] ?? "")), Number(size?.[1] ?? 0), Number(size?.[2] ?? 0))
}

/** Levels of a name, one below the other; the index has its own name in the last row. */
function nameOf(levels: readonly string[], isIndex: boolean): string {
  return isIndex ? [...levels].reverse().find((text) => text !== "") ?? "" : levels.filter((text) => text !== "").join(" / ")
}

/** The texts of a part's cells, those that span several rows or columns in each of them. */
function grid(part: HTMLTableSectionElement | null): string[][] {
  const rows: string[][] = []
  for (const [at, row] of Array.from(part?.rows ?? []).entries()) {
    let column = 0
    for (const cell of Array.from(row.cells)) {
      while (rows[at]?.[column] !== undefined) column += 1
      const text = cell.textContent.trim()
      for (let down = 0; down < Math.min(cell.rowSpan || 1, 10_000); down += 1) {
        for (let right = 0; right < Math.min(cell.colSpan, 1000); right += 1) {
          const target = rows[at + down] ??= []
          target[column + right] = text
        }
      }
      column += cell.colSpan
    }
  }
  return rows.map((row) => Array.from(row, (text) => text))
}
