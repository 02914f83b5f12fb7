/** Puts the cards of the margin beside what they are about, whenever something has moved. */
import { useEffect, useLayoutEffect, useRef, type RefObject } from "react"
import type { Cell } from "../../../model/notebook_state"
import type { Anchor } from "../../../wire/comment"
import type { CellId } from "../../../wire/ids"
import { useNotebook } from "../context"
import { layOut } from "./layout"

export interface PlacedCard {
  /** Of its thread. */
  readonly id: string
  readonly cell: CellId
  readonly anchor: Anchor | null
}

const gap = 10
/** A cell's frame, which the card's frame stands beside. */
const frame = 4
const lineHeight = 20
/** The line above the cards, which stays on the screen. */
const headHeight = 40

export const elementOfCell = (cell: CellId): Element | null =>
  document.querySelector(`[data-cell="${CSS.escape(cell)}"]`)

/** Where a card's text stands: its mark in an editor, else its cell. */
export function elementOf({ id, cell }: PlacedCard): Element | null {
  const element = elementOfCell(cell)
  return element?.querySelector(`[data-thread="${CSS.escape(id)}"]`) ?? element
}

function topOf({ id, cell: cellOf, anchor }: PlacedCard, cell: Cell | undefined): number | null {
  const element = elementOfCell(cellOf)
  if (!element) return null
  const { top } = element.getBoundingClientRect()
  if (!anchor || !cell) return top + frame
  const mark = element.querySelector(`[data-thread="${CSS.escape(id)}"]`)
  if (mark) return mark.getBoundingClientRect().top - frame
  // No editor shows it: a code cell is as many lines high as it has.
  const line = cell.cell_type === "code" ? cell.text.doc.lineAt(Math.min(anchor.from, cell.text.doc.length)).number - 1 : 0
  return top + frame + line * lineHeight
}

/** `box` holds the cards; it gets the height that they need. */
export function useArrangement(
  box: RefObject<HTMLElement | null>, cards: readonly PlacedCard[], selected: string | null,
): void {
  const { session, comments } = useNotebook()
  const arrange = useRef<() => void>(() => undefined)
  useLayoutEffect(() => {
    arrange.current = () => {
      if (box.current) arrangeIn(box.current, cards, selected, (id) => session.view.state?.cells.get(id))
    }
    arrange.current()
  })
  useEffect(() => {
    let frameRequest = 0
    const soon = (): void => {
      frameRequest ||= requestAnimationFrame(() => {
        frameRequest = 0
        arrange.current()
      })
    }
    const silences = [session.subscribe(soon), comments.subscribe(soon)]
    return () => {
      cancelAnimationFrame(frameRequest)
      for (const silence of silences) silence()
    }
  }, [session, comments])
  useEffect(() => {
    if (!box.current || typeof ResizeObserver !== "function") return
    const observer = new ResizeObserver(() => arrange.current())
    const cells = document.querySelector(".n-cells")
    for (const element of [...cells ? [cells] : [], ...box.current.children]) observer.observe(element)
    return () => observer.disconnect()
  }, [box, cards])
}

function arrangeIn(
  box: HTMLElement, cards: readonly PlacedCard[], selected: string | null, find: (id: CellId) => Cell | undefined,
): void {
  const head = document.querySelector<HTMLElement>(".n-head")
  box.parentElement?.style.setProperty("--m-top", `${head?.offsetHeight ?? 0}px`)
  const elements = new Map([...box.querySelectorAll<HTMLElement>("[data-card]")]
    .map((element) => [element.dataset["card"] ?? "", element]))
  const origin = box.getBoundingClientRect().top
  const last = [...document.querySelectorAll("[data-cell]")].at(-1)
  const end = (last?.getBoundingClientRect().bottom ?? origin) - origin + 2 * gap
  const sizes = cards.map((card) => {
    const top = topOf(card, find(card.cell))
    return {
      id: card.id, anchor: top === null ? end : top - origin,
      height: elements.get(card.id)?.offsetHeight ?? 0,
    }
  })
  let bottom = 0
  const tops = layOut(sizes, selected, gap, headHeight)
  for (const { id, height } of sizes) {
    const top = tops.get(id) ?? 0
    bottom = Math.max(bottom, top + height)
    const element = elements.get(id)
    if (element) element.style.top = `${top}px`
  }
  box.style.setProperty("--m-height", `${bottom}px`)
}
