/**
 * From what the first script has drawn (first_cells.ts) to the page's own. The cells come first, so that one can write; what
 * stands around them follows while the first script's drawing still hides that it is not there.
 */
import { useEffect, useState } from "react"
import { firstCellsId } from "./first_elements"

/** What is not drawn by then is shown as it comes. */
const patienceMs = 6_000

export function unveil(): void {
  document.getElementById(firstCellsId)?.remove()
}

/** Whether all cells that are seen have their editors and their Markdown. */
function isSettled(): boolean {
  const cells = Array.from(document.querySelectorAll("[data-cell]"))
  const seen = cells.filter((cell) => {
    const { top, bottom } = cell.getBoundingClientRect()
    return bottom > 0 && top < innerHeight
  })
  return seen.every((cell) => !cell.querySelector(".n-static, .o-markdown:empty"))
}

const begins = ["pointerdown", "keydown", "wheel", "scroll", "touchmove"] as const

/**
 * For a notebook's page, `loaded` once it has its cells: whether to draw what stands around them, too. All is shown when it is
 * what it will be, or when somebody begins to work.
 */
export function useUnveiling(loaded: boolean): boolean {
  const [whole, setWhole] = useState(() => document.getElementById(firstCellsId) === null)
  useEffect(() => {
    if (!document.getElementById(firstCellsId)) {
      // Also when it went because the cells were long in coming.
      setWhole(true)
      return
    }
    const began = performance.now()
    let isWhole = false
    let frame = 0
    const stop = (): void => {
      cancelAnimationFrame(frame)
      for (const kind of begins) removeEventListener(kind, end, true)
    }
    const end = (): void => {
      setWhole(true)
      unveil()
      stop()
    }
    const look = (): void => {
      if (performance.now() - began > patienceMs) return end()
      if (loaded && isSettled()) {
        if (isWhole) return end()
        isWhole = true
        setWhole(true)
      }
      frame = requestAnimationFrame(look)
    }
    if (loaded) for (const kind of begins) addEventListener(kind, end, { capture: true, passive: true })
    // The cells are on the screen, and can be typed in, before anything is drawn around them.
    frame = requestAnimationFrame(look)
    return stop
  }, [loaded])
  return whole
}

/** Puts a copy of what the first script drew there into `place`, so that the cells stand where they will. */
export function standIn(place: HTMLElement | null, drawn: string): void {
  if (!place) return
  place.replaceChildren(...Array.from(document.querySelectorAll(`#${firstCellsId} ${drawn}`), (element) => element.cloneNode(true)))
}
