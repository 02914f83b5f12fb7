/** How wide the pane at the left is: dragged, or moved by keys; remembered in this browser. */
import { useState, type KeyboardEvent, type PointerEvent } from "react"
import { remember, remembered } from "../../remembered"
import { followPointer } from "../follow_pointer"

const storageKey = "colibri.pane_width"
const step = 24
const within = (width: number): number => Math.round(Math.min(640, Math.max(200, width)))

interface PaneWidth {
  readonly width: number
  readonly onDrag: (event: PointerEvent<HTMLElement>) => void
  readonly onKey: (event: KeyboardEvent<HTMLElement>) => void
}

export function usePaneWidth(): PaneWidth {
  const [width, setWidth] = useState(() => within(Number(remembered(storageKey) ?? 300)))
  const set = (next: number): void => {
    setWidth(within(next))
    remember(storageKey, String(within(next)))
  }
  return {
    width,
    onDrag: (event) => {
      const from = event.clientX
      followPointer(event, ({ clientX }) => set(width + clientX - from))
    },
    onKey: (event) => {
      if (event.key !== "ArrowLeft" && event.key !== "ArrowRight") return
      event.preventDefault()
      set(width + (event.key === "ArrowRight" ? step : -step))
    },
  }
}
