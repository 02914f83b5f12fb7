import { useEffect, useLayoutEffect, useRef, useState, type JSX, type ReactNode, type RefObject } from "react"

export interface VirtualRowsProps {
  readonly count: number
  readonly rowHeight: number
  /** At least so wide is one; 0: each has a row of its own. */
  readonly tileWidth: number
  /** What scrolls. */
  readonly scroller: RefObject<HTMLElement | null>
  /** This one is brought onto the screen when it changes. */
  readonly active: number
  readonly draw: (index: number) => ReactNode
  /** Places that are on the screen, or near it. */
  readonly onShown: (from: number, to: number) => void
  readonly onShape: (columns: number, rowsOnScreen: number) => void
}

const margin = 6

/** Draws of many rows of one height those that are near the screen. */
export function VirtualRows(props: VirtualRowsProps): JSX.Element {
  const { count, rowHeight, tileWidth, scroller, active, onShown, onShape } = props
  const place = useRef<HTMLDivElement>(null)
  const [view, setView] = useState({ top: 0, height: 900, width: 1000 })
  const columns = tileWidth === 0 ? 1 : Math.max(1, Math.floor(view.width / tileWidth))
  const rows = Math.ceil(count / columns)

  useLayoutEffect(() => {
    const box = scroller.current
    if (!box) return
    const look = (): void => {
      const own = place.current
      if (!own) return
      const top = Math.max(0, box.getBoundingClientRect().top - own.getBoundingClientRect().top)
      setView((before) => {
        const next = { top, height: box.clientHeight, width: own.clientWidth }
        return before.top === next.top && before.height === next.height && before.width === next.width ? before : next
      })
    }
    look()
    box.addEventListener("scroll", look, { passive: true })
    const sizes = new ResizeObserver(look)
    sizes.observe(box)
    return () => {
      box.removeEventListener("scroll", look)
      sizes.disconnect()
    }
  }, [scroller])

  const first = Math.max(0, Math.floor(view.top / rowHeight) - margin)
  const last = Math.min(rows, Math.ceil((view.top + view.height) / rowHeight) + margin)
  const from = first * columns
  const to = Math.min(count, last * columns)
  useEffect(() => onShown(from, to), [from, to, onShown])
  const onScreen = Math.max(1, Math.floor(view.height / rowHeight) - 1)
  useEffect(() => onShape(columns, onScreen), [columns, onScreen, onShape])

  const shown = useRef(active)
  useEffect(() => {
    if (shown.current === active) return
    shown.current = active
    const box = scroller.current
    const own = place.current
    if (!box || !own) return
    const top = Math.floor(active / columns) * rowHeight
    const offset = own.getBoundingClientRect().top - box.getBoundingClientRect().top + box.scrollTop
    if (offset + top < box.scrollTop) box.scrollTop = offset + top
    else if (offset + top + rowHeight > box.scrollTop + box.clientHeight) {
      box.scrollTop = offset + top + rowHeight - box.clientHeight
    }
  }, [active, columns, rowHeight, scroller])

  const drawn: JSX.Element[] = []
  for (let index = from; index < to; index += 1) {
    drawn.push(
      <div key={index} className="d-place" role="presentation" style={{
        top: Math.floor(index / columns) * rowHeight, height: rowHeight,
        left: `${(index % columns) * 100 / columns}%`, width: `${100 / columns}%`,
      }}>{props.draw(index)}</div>)
  }
  return <div ref={place} className="d-rows" role="presentation" style={{ height: rows * rowHeight }}>{drawn}</div>
}
