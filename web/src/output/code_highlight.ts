/** Colours Python in rendered text by the editor's own parser. Other languages stay plain. */
import { pythonLanguage } from "@codemirror/lang-python"
import { classHighlighter, highlightCode } from "@lezer/highlight"

const python = /^language-(?:python3?|py|ipython3?|python-repl|pycon)$/i
const longest = 100_000

/** True when `code` (a <code> in a <pre>) is in a language that highlight() knows. */
export function canHighlight(code: Element): boolean {
  return Array.from(code.classList).some((name) => python.test(name))
}

/** Puts spans of class `tok-…` around the words of `code`. */
export function highlight(code: Element): void {
  const text = code.textContent
  if (text.length > longest) return
  const parts = document.createDocumentFragment()
  highlightCode(text, pythonLanguage.parser.parse(text), classHighlighter, (part, classes) => {
    const node = classes === "" ? document.createTextNode(part) : document.createElement("span")
    if (node instanceof HTMLElement) {
      node.className = classes
      node.textContent = part
    }
    parts.append(node)
  }, () => parts.append("\n"))
  code.replaceChildren(parts)
}
