/**
 * Marks on drawn text without a change of its nodes: the browser's own highlights, shared by all cells.
 * Where it has none, nothing is marked.
 */
import type { Span } from "../model/rendered_place"

type Look = "comment" | "comment-selected"

function highlightOf(look: Look): Highlight | null {
  if (typeof Highlight !== "function" || !("highlights" in CSS)) return null
  const found = CSS.highlights.get(look)
  if (found) return found
  const made = new Highlight()
  CSS.highlights.set(look, made)
  return made
}

/** The part of the text in `element`; null when it is not there any more. */
export function rangeOf(element: Element, { from, to }: Span): Range | null {
  const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT)
  const range = document.createRange()
  let at = 0
  let begun = false
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const end = at + (node.textContent?.length ?? 0)
    if (!begun && from < end) {
      range.setStart(node, from - at)
      begun = true
    }
    if (begun && to <= end) {
      range.setEnd(node, to - at)
      return range
    }
    at = end
  }
  return null
}

/** Shows a mark; call what it returns to take it away. */
export function mark(range: Range, selected: boolean): () => void {
  const highlight = highlightOf(selected ? "comment-selected" : "comment")
  highlight?.add(range)
  return () => highlight?.delete(range)
}

export function isAt(range: Range, x: number, y: number): boolean {
  return Array.from(range.getClientRects()).some(({ left, right, top, bottom }) => x >= left && x <= right && y >= top && y <= bottom)
}
