/** A table of data as the interactive table shows it: sorted, filtered, cut into pages, copied. Pure. */
import { isObject, member, type Json, type JsonObject } from "../wire/json"

export type CellValue = string | number | boolean | null
export type ColumnKind = "number" | "string" | "boolean" | "date"

export interface Column {
  readonly name: string
  readonly kind: ColumnKind
  readonly isIndex: boolean
}

export interface DataTable {
  readonly columns: readonly Column[]
  readonly rows: readonly (readonly CellValue[])[]
  /** How many there are where the data comes from; these here may be the first of them. */
  readonly totalRows: number
  readonly totalColumns: number
  /** How many rows a page of it begins with; 0: as usual. */
  readonly pageSize: number
}

export interface Sorting {
  readonly column: number
  readonly descending: boolean
}

const kinds: readonly ColumnKind[] = ["number", "string", "boolean", "date"]
const mostRows = 100_000
const mostColumns = 500

/** Reads what a kernel sends as application/vnd.colibri.table+json; null for anything else. */
export function parseTable(value: Json): DataTable | null {
  if (!isObject(value)) return null
  const index = columnsOf(value, "index", true)
  const own = columnsOf(value, "columns", false)
  const rows = member(value, "rows")
  if (!index || !own || !Array.isArray(rows)) return null
  const columns = [...index, ...own]
  const read: CellValue[][] = []
  const lines: readonly Json[] = rows
  for (const row of lines.slice(0, mostRows)) {
    if (!Array.isArray(row)) return null
    const cells: readonly Json[] = row
    read.push(columns.map((_, at) => cellValue(cells[at])))
  }
  return {
    columns, rows: read,
    totalRows: Math.max(countAt(value, "total_rows"), read.length),
    totalColumns: Math.max(countAt(value, "total_columns"), own.length),
    pageSize: Math.min(1000, Math.max(0, Math.round(countAt(value, "page_size")))),
  }
}

/** Whether it is shown as one from the start: the kernel was asked for a table. */
export function isOpened(value: Json | undefined): boolean {
  return isObject(value) && member(value, "opened") === true
}

function columnsOf(object: JsonObject, key: string, isIndex: boolean): Column[] | null {
  const list = member(object, key)
  if (!Array.isArray(list) || list.length > mostColumns) return null
  const heads: readonly Json[] = list
  return heads.map((column) => {
    const name = isObject(column) ? member(column, "name") : undefined
    const kind = isObject(column) ? member(column, "kind") : undefined
    return {
      name: typeof name === "string" ? name : "", kind: kinds.find((known) => known === kind) ?? "string", isIndex,
    }
  })
}

function countAt(object: JsonObject, key: string): number {
  const value = member(object, key)
  return typeof value === "number" && Number.isFinite(value) ? value : 0
}

function cellValue(value: Json | undefined): CellValue {
  if (value === undefined || value === null) return null
  return typeof value === "object" ? JSON.stringify(value) : value
}

export function cellText(value: CellValue): string {
  return value === null ? "" : String(value)
}

/** Columns of texts of which all are numbers become numbers; pandas' words for nothing become nothing. */
export function tableOfTexts(
  names: readonly string[], indexColumns: number, rows: readonly (readonly string[])[],
  totalRows: number, totalColumns: number,
): DataTable {
  const columns = names.map((name, at): Column => {
    const filled = rows.map((row) => row[at] ?? "").filter((text) => !isNothing(text))
    const isNumber = filled.length > 0 && filled.every((text) => numberIn(text) !== null)
    return { name, kind: isNumber ? "number" : "string", isIndex: at < indexColumns }
  })
  return {
    columns, totalRows: Math.max(totalRows, rows.length), totalColumns: Math.max(totalColumns, names.length - indexColumns),
    pageSize: 0,
    rows: rows.map((row) => columns.map(({ kind }, at) => {
      const text = row[at] ?? ""
      if (isNothing(text)) return null
      return kind === "number" ? numberIn(text) : text
    })),
  }
}

const isNothing = (text: string): boolean => /^(?:NaN|NaT|<NA>|None|)$/.test(text.trim())

function numberIn(text: string): number | null {
  const plain = text.trim()
  return /^[-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?$/i.test(plain) ? Number(plain) : null
}

type Test = (value: CellValue) => boolean

/** What a column's filter means: a comparison or a span for numbers and dates, else a part of the text. */
export function filterTest(filter: string, kind: ColumnKind): Test | null {
  const wish = filter.trim()
  if (wish === "") return null
  const compared = /^(<=|>=|!=|<|>|=)\s*(.+)$/.exec(wish)
  const span = /^(\S+)\s*\.\.\s*(\S+)$/.exec(wish)
  if (span?.[1] !== undefined && span[2] !== undefined) {
    const [low, high] = [bound(span[1], kind), bound(span[2], kind)]
    return (value) => value !== null && compare(value, low) >= 0 && compare(value, high) <= 0
  }
  if (compared?.[1] !== undefined && compared[2] !== undefined) {
    const [, sign, text] = compared
    const side = bound(text, kind)
    return (value) => value !== null && holds(compare(value, side), sign)
  }
  const words = wish.toLowerCase()
  return (value) => cellText(value).toLowerCase().includes(words)
}

function bound(text: string, kind: ColumnKind): CellValue {
  return kind === "number" ? numberIn(text) ?? text : text
}

function holds(order: number, sign: string): boolean {
  switch (sign) {
    case "<": return order < 0
    case "<=": return order <= 0
    case ">": return order > 0
    case ">=": return order >= 0
    case "!=": return order !== 0
    default: return order === 0
  }
}

const collator = new Intl.Collator(undefined, { numeric: true, sensitivity: "base" })

function compare(a: CellValue, b: CellValue): number {
  if (typeof a === "number" && typeof b === "number") return a - b
  return collator.compare(cellText(a), cellText(b))
}

/** The rows that fit all filters and the search, in the order asked for; empty cells come last. */
export function chosenRows(
  table: DataTable, filters: ReadonlyMap<number, string>, search: string, sorting: Sorting | null,
): readonly (readonly CellValue[])[] {
  const tests = [...filters].flatMap(([at, text]) => {
    const column = table.columns[at]
    const test = column ? filterTest(text, column.kind) : null
    return test ? [{ at, test }] : []
  })
  const words = search.trim().toLowerCase()
  const fitting = table.rows.filter((row) =>
    tests.every(({ at, test }) => test(row[at] ?? null))
    && (words === "" || row.some((value) => cellText(value).toLowerCase().includes(words))))
  if (!sorting) return fitting
  const { column, descending } = sorting
  return [...fitting].sort((left, right) => {
    const [a, b] = [left[column] ?? null, right[column] ?? null]
    if (a === null || b === null) return a === b ? 0 : a === null ? 1 : -1
    return descending ? compare(b, a) : compare(a, b)
  })
}

export type CopyFormat = "CSV" | "JSON" | "Markdown"

/** Rows as text to be pasted elsewhere. */
export function copyOf(
  { columns }: DataTable, rows: readonly (readonly CellValue[])[], format: CopyFormat,
): string {
  const names = columns.map(({ name, isIndex }) => name === "" && isIndex ? "index" : name)
  switch (format) {
    case "CSV":
      return [names, ...rows].map((row) => row.map((value) => csv(cellText(value))).join(",")).join("\n") + "\n"
    case "JSON":
      return JSON.stringify(rows.map((row) => Object.fromEntries(names.map((name, at) => [name, row[at] ?? null]))), null, 1)
    case "Markdown": {
      const line = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`
      const rule = columns.map(({ kind }) => kind === "number" ? "---:" : ":---")
      const cell = (value: CellValue): string => cellText(value).replace(/\|/g, "\\|").replace(/\r?\n/g, " ")
      return [line(names.map(cell)), line(rule), ...rows.map((row) => line(row.map(cell)))].join("\n") + "\n"
    }
  }
}

/** A text that a spreadsheet would take for a formula stays one: this is a copy, not an export. */
function csv(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replace(/"/g, '""')}"` : text
}
