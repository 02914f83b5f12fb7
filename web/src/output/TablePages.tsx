import type { JSX } from "react"
import { t } from "../words/words"

interface TablePagesProps {
  /** From 0. */
  readonly page: number
  readonly pages: number
  readonly size: number
  readonly onPage: (page: number) => void
  readonly onSize: (size: number) => void
}

/** Below an interactive table: where one is in it, and how much one sees at once. */
export function TablePages({ page, pages, size, onPage, onSize }: TablePagesProps): JSX.Element {
  const steps = [
    ["table.first", "«", 0], ["table.previous", "‹", page - 1], ["table.next", "›", page + 1], ["table.last", "»", pages - 1],
  ] as const
  const button = ([label, sign, to]: typeof steps[number]): JSX.Element => (
    <button key={label} type="button" className="o-table-step" aria-label={t(label)} title={t(label)}
      disabled={to === page || to < 0 || to >= pages} onClick={() => onPage(to)}>{sign}</button>
  )
  return (
    <div className="o-table-pages">
      <label>
        {t("table.per_page")}
        <select value={size} onChange={(event) => onSize(Number(event.target.value))}>
          {[...new Set([10, 25, 50, 100, size])].sort((a, b) => a - b).map((count) => <option key={count} value={count}>{count}</option>)}
        </select>
      </label>
      <span className="o-table-steps">
        {steps.slice(0, 2).map(button)}
        <span aria-live="polite">{t("table.page", { page: page + 1, pages })}</span>
        {steps.slice(2).map(button)}
      </span>
    </div>
  )
}
