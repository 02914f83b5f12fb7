/** Decides whether HTML of an output may stand in the page itself or needs the sandboxed frame. */
import { plainAttributes, plainTags, sanitise } from "./sanitise"
import { cleanStyle } from "./safe_style"

/** More than this goes to the frame: its layout then is not the page's. */
const longestInline = 1_000_000
const mostElements = 40_000

/** Said by pandas before every table; our own table style takes its place. */
const pandasStyle = /^\s*(?:\.dataframe [a-z\s>:-]*\{[^{}]*\}\s*)+$/

/** Left out without loss: they only name things or ask for looks that we do not draw. */
const idleAttribute = /^(?:id|name|rel|target|role|aria-[a-z]+|headers|abbr|rules|frame|data-quarto-[a-z-]+)$/

/**
 * The nodes to show inline when `html` is plain text, links, images and tables; null when it holds
 * anything more, which only the frame can show as it was meant. The nodes are sanitised either way.
 */
export function inlineHtml(html: string): DocumentFragment | null {
  if (html.length > longestInline) return null
  const parsed = new DOMParser().parseFromString(html, "text/html")
  const elements = [...parsed.head.children, ...parsed.body.querySelectorAll("*")]
  if (elements.length > mostElements) return null
  return elements.every(isPlain) ? withoutEmptyHeads(sanitise(html)) : null
}

/** The corner of a table is the head of nothing. */
function withoutEmptyHeads(nodes: DocumentFragment): DocumentFragment {
  for (const head of nodes.querySelectorAll("th")) {
    if (head.textContent.trim() !== "") continue
    const cell = document.createElement("td")
    for (const { name, value } of head.attributes) cell.setAttribute(name, value)
    cell.append(...head.childNodes)
    head.replaceWith(cell)
  }
  return nodes
}

function isPlain(element: Element): boolean {
  if (element.localName === "style") {
    return element.hasAttribute("scoped") && pandasStyle.test(element.textContent)
  }
  if (element.namespaceURI !== "http://www.w3.org/1999/xhtml") return false
  if (!plainTags.has(element.localName)) return false
  return Array.from(element.attributes).every(({ name, value }) =>
    name === "style" ? !cleanStyle(value).changed : plainAttributes.has(name) || idleAttribute.test(name))
}
