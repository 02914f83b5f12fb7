/** What of a drawn Markdown cell comments are on: marked where its words are found; else its edge tells. */
import { useEffect, useRef, type MouseEvent, type RefObject } from "react"
import { placeHere, sourceOf } from "../../../model/cell_text"
import type { Cell } from "../../../model/notebook_state"
import { renderedPlace } from "../../../model/rendered_place"
import { isAt, mark, rangeOf } from "../../../output/text_marks"
import type { ThreadId } from "../../../wire/ids"
import { useNotebook } from "../context"
import { useCommentsOn } from "./on_text"

interface Shown {
  readonly thread: ThreadId
  readonly range: Range
}

/** For the element around the text, which may be drawn later and anew; what to do with a click in it. */
export function useDrawnMarks(
  cell: Cell, element: RefObject<HTMLElement | null>, isDrawn: boolean,
): (event: MouseEvent) => void {
  const { comments } = useNotebook()
  const on = useCommentsOn(cell.id)
  const shown = useRef<readonly Shown[]>([])
  const { text } = cell
  useEffect(() => {
    const box = element.current
    if (!box || !isDrawn || on.length === 0) return
    let undo: readonly (() => void)[] = []
    const clear = (): void => {
      for (const call of undo) call()
      undo = []
      shown.current = []
    }
    const show = (): void => {
      clear()
      const source = sourceOf(text)
      const drawn = box.querySelector(".o-markdown")
      if (!drawn) return
      const found = on.flatMap(({ thread, anchor, isSelected }) => {
        const place = anchor && renderedPlace(source, placeHere(text, anchor), drawn.textContent)
        const range = place && rangeOf(drawn, place)
        return range ? [{ thread, range, isSelected }] : []
      })
      shown.current = found
      undo = found.map(({ range, isSelected }) => mark(range, isSelected))
    }
    // It comes when its parts are loaded, and is drawn anew as it is typed.
    const watch = new MutationObserver(show)
    watch.observe(box, { childList: true, subtree: true, characterData: true })
    show()
    return () => {
      watch.disconnect()
      clear()
    }
  }, [element, isDrawn, on, text])
  return (event) => {
    const hit = shown.current.find(({ range }) => isAt(range, event.clientX, event.clientY))
    if (hit) comments.select(hit.thread)
  }
}
