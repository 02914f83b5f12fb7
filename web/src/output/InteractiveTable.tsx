import { useMemo, useState, type JSX } from "react"
import {
  cellText, chosenRows, copyOf,
  type CellValue, type Column, type CopyFormat, type DataTable, type Sorting,
} from "../model/data_table"
import { useLanguage } from "../words/use_language"
import { formatNumber, t, tn } from "../words/words"
import { TableCharts } from "./TableCharts"
import { TablePages } from "./TablePages"
import "./table.css"

interface InteractiveTableProps {
  readonly table: DataTable
  /** Back to how it was printed; null where it was not. */
  readonly onPlain: (() => void) | null
}

const noFilters: ReadonlyMap<number, string> = new Map()

/** A table of data that can be sorted, filtered column by column, paged through, copied and charted. */
export function InteractiveTable({ table, onPlain }: InteractiveTableProps): JSX.Element {
  useLanguage()
  const [filters, setFilters] = useState(noFilters)
  const [search, setSearch] = useState("")
  const [sorting, setSorting] = useState<Sorting | null>(null)
  const [size, setSize] = useState(table.pageSize || 25)
  const [page, setPage] = useState(0)
  const [charts, setCharts] = useState(false)
  const [told, setTold] = useState("")
  const rows = useMemo(() => chosenRows(table, filters, search, sorting), [table, filters, search, sorting])
  const pages = Math.max(1, Math.ceil(rows.length / size))
  const at = Math.min(page, pages - 1)

  const filter = (column: number, text: string): void => {
    const others = [...filters].filter(([other]) => other !== column)
    setFilters(new Map(text === "" ? others : [...others, [column, text]]))
    setTold("")
    setPage(0)
  }
  const sort = (column: number): void => {
    setSorting(sorting?.column !== column ? { column, descending: false }
      : sorting.descending ? null : { column, descending: true })
  }
  const copy = async (format: CopyFormat): Promise<void> => {
    try {
      await navigator.clipboard.writeText(copyOf(table, rows, format))
      setTold(tn("table.copied", rows.length))
    } catch {
      setTold(t("outputs.not_copied"))
    }
  }
  return (
    <section className="o-table" aria-label={t("table.label")}>
      <div className="o-table-bar">
        <div className="o-table-tabs" role="group">
          <button type="button" aria-pressed={!charts} onClick={() => setCharts(false)}>{t("table.data")}</button>
          <button type="button" aria-pressed={charts} onClick={() => setCharts(true)}>{t("table.charts")}</button>
        </div>
        <input type="search" className="o-table-search" value={search} placeholder={t("table.search")}
          aria-label={t("table.search")} onChange={(event) => { setSearch(event.target.value); setTold(""); setPage(0) }} />
        <span className="o-table-count" role="status">
          {told !== "" ? told : rows.length === table.rows.length ? tn("table.row_count", rows.length)
            : t("table.rows_of", { shown: formatNumber(rows.length), total: formatNumber(table.rows.length) })}
        </span>
        <div className="o-table-copy" role="group" aria-label={t("table.copy")}>
          <span aria-hidden="true">{t("table.copy")}</span>
          {(["CSV", "JSON", "Markdown"] as const).map((format) =>
            <button key={format} type="button" className="o-button" aria-label={t("table.copy_as", { format })}
              onClick={() => void copy(format)}>{format}</button>)}
        </div>
        {onPlain && <button type="button" className="o-button" onClick={onPlain}>{t("table.plain")}</button>}
      </div>
      <Partial table={table} />
      {charts ? <TableCharts table={table} rows={rows} /> : <>
        <Grid table={table} rows={rows.slice(at * size, (at + 1) * size)} sorting={sorting} onSort={sort}
          filters={filters} onFilter={filter} />
        {rows.length === 0 && table.rows.length > 0 &&
          <p className="o-note o-note-row">
            {t("table.none")}
            <button type="button" className="o-button" onClick={() => { setFilters(noFilters); setSearch("") }}>
              {t("table.clear_filters")}
            </button>
          </p>}
        <TablePages page={at} pages={pages} size={size} onPage={setPage}
          onSize={(next) => { setSize(next); setPage(0) }} />
      </>}
    </section>
  )
}

/** That this is not all of it, where it is not. */
function Partial({ table }: { readonly table: DataTable }): JSX.Element | null {
  const { rows, totalRows, columns, totalColumns } = table
  const own = columns.filter(({ isIndex }) => !isIndex).length
  const notes = [
    ...(totalRows > rows.length
      ? [t("table.first_rows", { shown: formatNumber(rows.length), total: formatNumber(totalRows) })] : []),
    ...(totalColumns > own
      ? [t("table.first_columns", { shown: formatNumber(own), total: formatNumber(totalColumns) })] : []),
  ]
  return notes.length === 0 ? null : <p className="o-note">{notes.join(" ")}</p>
}

interface GridProps {
  readonly table: DataTable
  readonly rows: readonly (readonly CellValue[])[]
  readonly sorting: Sorting | null
  readonly onSort: (column: number) => void
  readonly filters: ReadonlyMap<number, string>
  readonly onFilter: (column: number, text: string) => void
}

function Grid({ table, rows, sorting, onSort, filters, onFilter }: GridProps): JSX.Element {
  const sideOf = ({ kind }: Column): string => kind === "number" ? "o-table-number" : ""
  return (
    <div className="o-table-scroll" tabIndex={0} role="group" aria-label={t("table.label")}>
      <table>
        <thead>
          <tr>
            {table.columns.map((column, at) => {
              const name = column.name === "" ? "#" : column.name
              const order = sorting?.column !== at ? "none" : sorting.descending ? "descending" : "ascending"
              return (
                <th key={at} scope="col" aria-sort={order} className={sideOf(column)}>
                  <button type="button" className="o-table-sort" title={t("table.sort", { column: name })}
                    onClick={() => onSort(at)}>
                    <span>{name}</span>
                    <span aria-hidden="true" className="o-table-order">
                      {order === "none" ? "↕" : order === "ascending" ? "↑" : "↓"}
                    </span>
                  </button>
                </th>
              )
            })}
          </tr>
          <tr className="o-table-filters">
            {table.columns.map((column, at) =>
              <td key={at}>
                <input value={filters.get(at) ?? ""} placeholder={t("table.filter")}
                  title={column.kind === "number" ? "> 5   <= 2   1..10" : undefined}
                  aria-label={t("table.filter_of", { column: column.name === "" ? "#" : column.name })}
                  onChange={(event) => onFilter(at, event.target.value)} />
              </td>)}
          </tr>
        </thead>
        <tbody>
          {rows.map((row, at) =>
            <tr key={at}>
              {table.columns.map((column, place) => {
                const value = row[place] ?? null
                const shown = value === null ? <span className="o-table-empty">–</span> : cellText(value)
                return column.isIndex ? <th key={place} scope="row" className={sideOf(column)}>{shown}</th>
                  : <td key={place} className={sideOf(column)}>{shown}</td>
              })}
            </tr>)}
        </tbody>
      </table>
    </div>
  )
}
