import { useMemo, type JSX } from "react"
import type { CellValue, DataTable } from "../model/data_table"
import { short, suggestedCharts, type Bar, type Chart, type Point } from "../model/table_charts"
import { formatNumber, t } from "../words/words"

interface TableChartsProps {
  readonly table: DataTable
  readonly rows: readonly (readonly CellValue[])[]
}

const width = 320
const height = 170
const left = 44
const bottom = 22

/** Small charts of the rows that the filters leave, drawn by ourselves. */
export function TableCharts({ table, rows }: TableChartsProps): JSX.Element {
  const charts = useMemo(() => suggestedCharts(table, rows), [table, rows])
  if (charts.length === 0) return <p className="o-note">{t("table.no_charts")}</p>
  return (
    <div className="o-charts">
      {charts.map((chart) => {
        const title = titleOf(chart)
        return (
          <figure key={title} className="o-chart">
            <figcaption>{title}</figcaption>
            {chart.kind === "counts" ? <Counts bars={chart.bars} others={chart.others} />
              : chart.kind === "distribution" ? <Distribution bars={chart.bars} title={title} />
                : <Points points={chart.points} isLine={chart.kind === "course"} title={title} />}
          </figure>
        )
      })}
    </div>
  )
}

function titleOf(chart: Chart): string {
  switch (chart.kind) {
    case "distribution": return t("table.distribution", { column: chart.column })
    case "counts": return t("table.counts", { column: chart.column })
    case "course": return t("table.course", { column: chart.column })
    case "against": return t("table.against", { x: chart.x, y: chart.y })
  }
}

function Distribution({ bars, title }: { readonly bars: readonly Bar[]; readonly title: string }): JSX.Element {
  const most = Math.max(1, ...bars.map(({ count }) => count))
  const wide = (width - left) / bars.length
  const low = bars[0]?.label.split(" – ")[0] ?? ""
  const high = bars.at(-1)?.label.split(" – ").at(-1) ?? ""
  return (
    <Frame title={title} y={["0", formatNumber(most)]} x={[low, high]}>
      {bars.map(({ label, count }, at) => {
        const tall = (height - bottom - 8) * count / most
        return (
          <rect key={at} className="o-chart-bar" x={left + at * wide + 0.5} width={Math.max(1, wide - 1)}
            y={height - bottom - tall} height={tall}><title>{`${label}: ${count}`}</title></rect>
        )
      })}
    </Frame>
  )
}

function Points({ points, isLine, title }: {
  readonly points: readonly Point[]; readonly isLine: boolean; readonly title: string
}): JSX.Element {
  const xs = points.map(({ x }) => x)
  const ys = points.map(({ y }) => y)
  const [x0, x1] = [Math.min(...xs), Math.max(...xs)]
  const [y0, y1] = [Math.min(...ys), Math.max(...ys)]
  const placed = points.map(({ x, y }) => ({
    x: left + 4 + (width - left - 8) * (x1 > x0 ? (x - x0) / (x1 - x0) : 0.5),
    y: height - bottom - 4 - (height - bottom - 12) * (y1 > y0 ? (y - y0) / (y1 - y0) : 0.5),
  }))
  return (
    <Frame title={title} y={[short(y0), short(y1)]} x={[short(x0), short(x1)]}>
      {isLine ? <polyline className="o-chart-line" points={placed.map(({ x, y }) => `${x.toFixed(1)},${y.toFixed(1)}`).join(" ")} />
        : placed.map(({ x, y }, at) => <circle key={at} className="o-chart-point" cx={x} cy={y} r={2.5} />)}
    </Frame>
  )
}

function Frame({ title, x, y, children }: {
  readonly title: string; readonly x: readonly [string, string]; readonly y: readonly [string, string]
  readonly children: React.ReactNode
}): JSX.Element {
  return (
    <svg viewBox={`0 0 ${width} ${height}`} role="img" aria-label={title}>
      <path className="o-chart-axis" d={`M${left} 4V${height - bottom}H${width}`} />
      <text x={left - 6} y={height - bottom} textAnchor="end">{y[0]}</text>
      <text x={left - 6} y={14} textAnchor="end">{y[1]}</text>
      <text x={left} y={height - 6}>{x[0]}</text>
      <text x={width} y={height - 6} textAnchor="end">{x[1]}</text>
      {children}
    </svg>
  )
}

function Counts({ bars, others }: { readonly bars: readonly Bar[]; readonly others: number }): JSX.Element {
  const all = others > 0 ? [...bars, { label: t("table.others"), count: others }] : bars
  const most = Math.max(1, ...all.map(({ count }) => count))
  return (
    <dl className="o-chart-counts">
      {all.map(({ label, count }, at) =>
        <div key={at}>
          <dt title={label}>{label === "" ? t("table.empty") : label}</dt>
          <dd><span className="o-chart-count" style={{ width: `${100 * count / most}%` }} />{formatNumber(count)}</dd>
        </div>)}
    </dl>
  )
}
