/** Going to a place of the notebook. */
import type { CellId } from "../../wire/ids"

/** To a cell, or one of its headings. What comes between is drawn only now and moves it: so it is gone to twice. */
export function scrollToCell(cell: CellId, heading = 0): void {
  const go = (): void => {
    const element = document.querySelector(`[data-cell="${CSS.escape(cell)}"]`)
    const place = element?.querySelectorAll(".n-text [data-heading]")[heading] ?? element
    place?.scrollIntoView({ block: "start" })
  }
  go()
  setTimeout(go, 150)
}
