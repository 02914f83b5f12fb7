import { useLayoutEffect, useRef, type JSX } from "react"
import type * as Mathematics from "./math_render"
import { splitMath } from "./math_scan"

let mathematics: typeof Mathematics | null = null

/** LaTeX of an output: its formulas drawn, the text between them as it is. */
export function LatexView({ source }: { readonly source: string }): JSX.Element {
  const element = useRef<HTMLDivElement>(null)
  useLayoutEffect(() => {
    const target = element.current
    if (!target) return
    let gone = false
    const draw = (): void => {
      if (!gone) drawLatex(target, source)
    }
    draw()
    if (!mathematics) {
      import("./math_render").then((loaded) => {
        mathematics = loaded
        draw()
      }, () => undefined) // The source stays in sight.
    }
    return () => {
      gone = true
    }
  }, [source])
  return <div ref={element} className="o-latex" />
}

function drawLatex(target: HTMLElement, source: string): void {
  target.replaceChildren(...splitMath(source).map((piece) => {
    if (typeof piece === "string") return document.createTextNode(piece)
    const span = document.createElement("span")
    span.textContent = piece.tex
    mathematics?.renderMath(span, piece.tex, piece.display)
    return span
  }))
}
