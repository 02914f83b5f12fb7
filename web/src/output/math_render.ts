/** Draws LaTeX by KaTeX, which builds nodes itself: no address, no class, no HTML by a formula. */
import katex from "katex"
import "katex/dist/katex.min.css"

const longest = 20_000

/** Replaces what `element` shows by the formula `tex`; one that KaTeX cannot read stays as text. */
export function renderMath(element: HTMLElement, tex: string, display: boolean): void {
  const shown = document.createElement("span")
  try {
    if (tex.length > longest) throw new RangeError("too long")
    katex.render(tex, shown, {
      displayMode: display,
      throwOnError: true,
      trust: false,
      strict: "ignore",
      maxExpand: 1000,
      maxSize: 40,
    })
    element.replaceChildren(...shown.childNodes)
  } catch (error) {
    // Not ours to break on: a formula under way, or one made to exhaust the stack.
    const code = document.createElement("code")
    code.className = "o-math-error"
    code.textContent = tex
    code.title = error instanceof Error ? error.message.slice(0, 300) : ""
    element.replaceChildren(code)
  }
}
