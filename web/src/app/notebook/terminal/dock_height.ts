/** How high the pane at the foot is: dragged, or moved by keys; remembered in this browser. */
import { useCallback, useEffect, useState, type KeyboardEvent, type PointerEvent } from "react"
import { remember, remembered } from "../../remembered"
import { followPointer } from "../follow_pointer"

const storageKey = "colibri.terminal_height"
const step = 24

export const dockHeight = { least: 120, most: (): number => Math.max(160, Math.round(innerHeight * 0.85)) } as const

const within = (height: number): number => Math.min(dockHeight.most(), Math.max(dockHeight.least, height))

function firstHeight(): number {
  const stored = Number(remembered(storageKey))
  return within(stored > 0 ? stored : Math.round(innerHeight * 0.38))
}

interface DockHeight {
  readonly height: number
  readonly onDrag: (event: PointerEvent<HTMLElement>) => void
  readonly onKey: (event: KeyboardEvent<HTMLElement>) => void
}

export function useDockHeight(): DockHeight {
  const [height, setHeight] = useState(firstHeight)
  useEffect(() => {
    remember(storageKey, String(height))
    // What is behind the pane can still be scrolled out from under it.
    document.body.style.setProperty("--t-dock", `${height}px`)
    return () => {
      document.body.style.removeProperty("--t-dock")
    }
  }, [height])
  useEffect(() => {
    const refit = (): void => setHeight((now) => within(now))
    addEventListener("resize", refit)
    return () => removeEventListener("resize", refit)
  }, [])
  const onDrag = useCallback((event: PointerEvent<HTMLElement>): void => {
    followPointer(event, ({ clientY }) => setHeight(within(innerHeight - statusHeight() - clientY)))
  }, [])
  const onKey = (event: KeyboardEvent<HTMLElement>): void => {
    if (event.key !== "ArrowUp" && event.key !== "ArrowDown") return
    event.preventDefault()
    setHeight((now) => within(now + (event.key === "ArrowUp" ? step : -step)))
  }
  return { height, onDrag, onKey }
}

/** The line at the foot of the page, above which the pane stands. */
const statusHeight = (): number => document.querySelector<HTMLElement>(".n-status")?.offsetHeight ?? 0
