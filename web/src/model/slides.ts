/** A notebook as slides: each cell is one, and a text cell with the code below it in the same section is one. Pure. */
import type { CellId } from "../wire/ids"
import { sourceOf } from "./cell_text"
import { sectionLevel } from "./outline"
import type { NotebookState } from "./notebook_state"

export type Slide = readonly CellId[]

export function slidesOf(state: NotebookState): readonly Slide[] {
  const slides: CellId[][] = []
  let open = false
  for (const id of state.order) {
    const cell = state.cells.get(id)
    // Nothing is no slide.
    if (!cell || (sourceOf(cell.text).trim() === "" && cell.outputs.length === 0)) continue
    const last = slides.at(-1)
    if (open && last && cell.cell_type === "code") {
      last.push(id)
      open = false
    } else {
      slides.push([id])
      open = cell.cell_type === "markdown"
    }
  }
  return slides
}

/** The slide that shows the cell, or the first behind where it stands; the last where there is none. */
export function slideAt(state: NotebookState, slides: readonly Slide[], cell: CellId | null): number {
  if (cell === null) return 0
  const shown = slides.findIndex((slide) => slide.includes(cell))
  if (shown >= 0) return shown
  const place = state.order.indexOf(cell)
  const next = slides.findIndex(([first]) => first !== undefined && state.order.indexOf(first) > place)
  return place < 0 ? 0 : next >= 0 ? next : Math.max(0, slides.length - 1)
}

/** Whether the slide begins a section: it stands in the middle, as a title does. */
export const isTitle = (state: NotebookState, [cell, ...more]: Slide): boolean => {
  const only = more.length === 0 && cell !== undefined ? state.cells.get(cell) : undefined
  return only !== undefined && sectionLevel(only) > 0 && only.text.doc.lines <= 3
}
