import "uplot/dist/uPlot.min.css"
import { useEffect, useRef, useSyncExternalStore, type JSX } from "react"
import uPlot from "uplot"
import { latest, type Column } from "../../model/resource_history"
import { subscribeTheme, theme } from "../../ui/theme"
import { formatTime, t } from "../../words/words"

interface ChartProps {
  readonly name: string
  readonly times: readonly number[]
  readonly values: Column
  /** All there is; 0: not known. */
  readonly most: number
  /** The upper end of the scale where `most` is not known. */
  readonly top?: number
  readonly format: (value: number) => string
  /** What stands at the scale; default: as `format` says it. */
  readonly scale?: (value: number) => string
}

const height = 92
/** What is shown at least, so that a session that began just now has room to go on. */
const leastSeconds = 60
/** Steps of the time below: a minute and more, for hours and minutes are what stands there. */
const axisSeconds = [1, 2, 5, 10, 15, 30, 60, 120, 240, 480].map((minutes) => minutes * 60)

/** What a colour of theme.css is now. */
function color(host: HTMLElement, name: string): string {
  const probe = document.createElement("span")
  probe.style.color = `var(${name})`
  host.append(probe)
  const found = getComputedStyle(probe).color
  probe.remove()
  return found
}

/** One measure over time, with what it is now in words. */
export function Chart({ name, times, values, most, top, format, scale: scaleWords = format }: ChartProps): JSX.Element {
  const host = useRef<HTMLDivElement>(null)
  const plot = useRef<uPlot | null>(null)
  const limit = most > 0 ? most : top ?? 1
  const scale = useRef(limit)
  const write = useRef(scaleWords)
  const look = useSyncExternalStore(subscribeTheme, theme)
  const now = latest(values)
  const nowText = most > 0 ? t("runtime.used_of", { used: format(now), total: format(most) }) : format(now)
  useEffect(() => {
    scale.current = limit
    write.current = scaleWords
  })
  useEffect(() => {
    const box = host.current
    if (!box) return
    const made = new uPlot(options(box, () => scale.current, (value) => write.current(value)), [[], []], box)
    plot.current = made
    const sizes = new ResizeObserver(() => made.setSize({ width: box.clientWidth, height }))
    sizes.observe(box)
    return () => {
      sizes.disconnect()
      made.destroy()
      plot.current = null
    }
  }, [look])
  useEffect(() => {
    plot.current?.setData([times.map((ms) => ms / 1000), [...values]])
  }, [times, values, limit, look])
  return (
    <section className="r-chart" aria-label={t("resources.chart", { name, now: nowText })}>
      <p className="r-chart-head"><span>{name}</span><strong>{nowText}</strong></p>
      <div ref={host} aria-hidden="true" />
    </section>
  )
}

function options(box: HTMLElement, limit: () => number, format: (value: number) => string): uPlot.Options {
  const line = color(box, "--c-accent")
  const text = color(box, "--c-text-3")
  const grid = { stroke: color(box, "--c-line"), width: 1 }
  const font = `11px ${getComputedStyle(document.body).fontFamily}`
  return {
    width: Math.max(box.clientWidth, 100), height, padding: [6, 4, 0, 0], legend: { show: false },
    cursor: { y: false, drag: { x: false, y: false }, points: { size: 6 } },
    scales: {
      x: { time: true, range: (_self, from, to) => [Math.min(from, to - leastSeconds), to] },
      y: { range: () => [0, limit()] },
    },
    axes: [
      {
        stroke: text, font, size: 22, grid: { show: false }, ticks: { show: false }, space: 70, incrs: axisSeconds,
        values: (_self, splits) => splits.map((seconds) => formatTime(seconds * 1000)),
      },
      {
        stroke: text, font, size: 64, grid, ticks: { show: false },
        splits: () => [0, limit() / 2, limit()], values: (_self, splits) => splits.map((value) => format(value)),
      },
    ],
    series: [{}, { stroke: line, width: 1.5, fill: color(box, "--c-accent-soft"), points: { show: false }, spanGaps: false }],
  }
}
