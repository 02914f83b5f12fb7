/** Takes away what the first script has drawn (first_cells.ts), once the page's own stands in its place. */
import { useEffect } from "react"
import { firstCellsId } from "./first_elements"

/** What is not drawn by then is shown as it comes. */
const patienceMs = 2_000

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

/** For the list of cells: shows them when they are what they will be, or when somebody begins to work. */
export function useUnveiling(): void {
  useEffect(() => {
    if (!document.getElementById(firstCellsId)) return
    const began = performance.now()
    let frame = 0
    const stop = (): void => {
      cancelAnimationFrame(frame)
      for (const kind of kinds) removeEventListener(kind, end, true)
    }
    const end = (): void => {
      unveil()
      stop()
    }
    const look = (): void => {
      if (isSettled() || performance.now() - began > patienceMs) end()
      else frame = requestAnimationFrame(look)
    }
    const kinds = ["pointerdown", "keydown", "wheel", "scroll", "touchmove"]
    for (const kind of kinds) addEventListener(kind, end, { capture: true, passive: true })
    look()
    return stop
  }, [])
}
