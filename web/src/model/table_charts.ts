/** The charts that a table suggests by itself. Pure. */
import { cellText, type CellValue, type DataTable } from "./data_table"

export interface Bar {
  readonly label: string
  readonly count: number
}

export type Chart =
  | { readonly kind: "distribution"; readonly column: string; readonly bars: readonly Bar[] }
  | { readonly kind: "counts"; readonly column: string; readonly bars: readonly Bar[]; readonly others: number }
  | { readonly kind: "course"; readonly column: string; readonly points: readonly Point[] }
  | { readonly kind: "against"; readonly x: string; readonly y: string; readonly points: readonly Point[] }

export interface Point {
  readonly x: number
  readonly y: number
}

const mostOfAKind = 4
const mostPoints = 1000
const bins = 20
const mostBars = 12

type Rows = readonly (readonly CellValue[])[]

/** Of the columns' first few: how numbers are spread, how often words come, what goes with what. */
export function suggestedCharts({ columns }: DataTable, rows: Rows): readonly Chart[] {
  const all = columns.map((column, at) => ({ ...column, at }))
  const numeric = all.filter(({ kind, isIndex, at }) => kind === "number" && !isIndex && numbers(rows, at).length > 1)
  const words = all.filter(({ kind, isIndex }) => (kind === "string" || kind === "boolean") && !isIndex)
  const distributions = numeric.slice(0, mostOfAKind)
    .map(({ name, at }): Chart => ({ kind: "distribution", column: name, bars: histogram(numbers(rows, at)) }))
  const counted = words.flatMap(({ name, at }): Chart[] => {
    const chart = counts(name, rows, at)
    return chart ? [chart] : []
  }).slice(0, mostOfAKind)
  const courses = numeric.slice(0, mostOfAKind)
    .map(({ name, at }): Chart => ({ kind: "course", column: name, points: thinned(rows.map((row, x) => ({ x, y: row[at] }))) }))
  const pairs = numeric.slice(1, mostOfAKind).flatMap((right, before): Chart[] => {
    const left = numeric[before]
    return left ? [{
      kind: "against", x: left.name, y: right.name,
      points: thinned(rows.map((row) => ({ x: row[left.at], y: row[right.at] }))),
    }] : []
  })
  return [...distributions, ...counted, ...pairs, ...courses]
}

function numbers(rows: Rows, at: number): number[] {
  return rows.flatMap((row) => {
    const value = row[at]
    return typeof value === "number" && Number.isFinite(value) ? [value] : []
  })
}

function thinned(points: readonly { x: CellValue | undefined; y: CellValue | undefined }[]): Point[] {
  const whole = points.flatMap(({ x, y }) => typeof x === "number" && typeof y === "number" ? [{ x, y }] : [])
  const step = Math.max(1, Math.ceil(whole.length / mostPoints))
  return whole.filter((_, at) => at % step === 0)
}

function histogram(values: readonly number[]): readonly Bar[] {
  const low = values.reduce((a, b) => Math.min(a, b), Infinity)
  const high = values.reduce((a, b) => Math.max(a, b), -Infinity)
  if (low === high) return [{ label: short(low), count: values.length }]
  const width = (high - low) / bins
  const found = new Array<number>(bins).fill(0)
  for (const value of values) {
    const bin = Math.min(bins - 1, Math.floor((value - low) / width))
    found[bin] = (found[bin] ?? 0) + 1
  }
  return found.map((count, at) => ({ label: `${short(low + at * width)} – ${short(low + (at + 1) * width)}`, count }))
}

export function short(value: number): string {
  return Number(value.toPrecision(4)).toString()
}

function counts(column: string, rows: Rows, at: number): Chart | null {
  const found = new Map<string, number>()
  for (const row of rows) {
    const text = cellText(row[at] ?? null)
    found.set(text, (found.get(text) ?? 0) + 1)
  }
  // As many values as rows are names, not kinds.
  if (found.size < 1 || found.size > rows.length * 0.8 && rows.length > 3) return null
  const sorted = [...found].map(([label, count]) => ({ label, count })).sort((a, b) => b.count - a.count)
  const others = sorted.slice(mostBars).reduce((sum, { count }) => sum + count, 0)
  return { kind: "counts", column, bars: sorted.slice(0, mostBars), others }
}
