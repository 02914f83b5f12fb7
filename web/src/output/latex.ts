/** LaTeX of an output: its formulas drawn, the text between them as it is. */
import type * as Mathematics from "./math_render"
import { splitMath } from "./math_scan"

let mathematics: typeof Mathematics | null = null

/** Draws `source` into `target`: at once as text, with its formulas when what draws them is there. */
export async function drawLatex(target: HTMLElement, source: string, isGone: () => boolean = () => false): Promise<void> {
  put(target, source)
  if (mathematics) return
  mathematics = await import("./math_render")
  if (!isGone()) put(target, source)
}

function put(target: HTMLElement, source: string): void {
  target.replaceChildren(...splitMath(source).map((piece) => {
    if (typeof piece === "string") return document.createTextNode(piece)
    const span = document.createElement("span")
    span.textContent = piece.tex
    mathematics?.renderMath(span, piece.tex, piece.display)
    return span
  }))
}
