/** How wide the pane at the right is, and how high the one at the bottom: dragged, or moved by keys; remembered in this browser. */
import { useEffect, useState, type KeyboardEvent, type PointerEvent } from "react"
import { remember, remembered } from "../../remembered"
import { followPointer } from "../follow_pointer"
import type { Side } from "./tabs"

const step = 24

interface Range {
  readonly least: number
  readonly most: () => number
  readonly usual: () => number
}

const ranges: Readonly<Record<Side, Range>> = {
  right: { least: 240, most: () => Math.max(300, Math.round(innerWidth * 0.7)), usual: () => Math.min(460, innerWidth * 0.38) },
  bottom: { least: 120, most: () => Math.max(160, Math.round(innerHeight * 0.85)), usual: () => innerHeight * 0.38 },
}

interface PaneSize {
  readonly size: number
  readonly range: Range
  readonly onDrag: (event: PointerEvent<HTMLElement>) => void
  readonly onKey: (event: KeyboardEvent<HTMLElement>) => void
}

export function usePaneSize(side: Side): PaneSize {
  const range = ranges[side]
  const storageKey = `colibri.tabs_${side}`
  const within = (size: number): number => Math.round(Math.min(range.most(), Math.max(range.least, size)))
  const [size, setSize] = useState(() => {
    const stored = Number(remembered(storageKey))
    return within(stored > 0 ? stored : range.usual())
  })
  useEffect(() => {
    if (side !== "bottom") return
    // What is behind the pane can still be scrolled out from under it.
    document.body.style.setProperty("--t-dock", `${size}px`)
    return () => {
      document.body.style.removeProperty("--t-dock")
    }
  }, [side, size])
  useEffect(() => {
    const refit = (): void => setSize((now) => Math.min(range.most(), Math.max(range.least, now)))
    addEventListener("resize", refit)
    return () => removeEventListener("resize", refit)
  }, [range])
  const set = (next: number): void => {
    setSize(within(next))
    remember(storageKey, String(within(next)))
  }
  const keys = side === "right" ? ["ArrowLeft", "ArrowRight"] : ["ArrowUp", "ArrowDown"]
  return {
    size, range,
    onDrag: (event) => {
      const { clientX: x, clientY: y } = event
      followPointer(event, ({ clientX, clientY }) => set(size + (side === "right" ? x - clientX : y - clientY)))
    },
    onKey: (event) => {
      const at = keys.indexOf(event.key)
      if (at < 0) return
      event.preventDefault()
      set(size + (at === 0 ? step : -step))
    },
  }
}
