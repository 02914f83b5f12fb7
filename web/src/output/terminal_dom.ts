/** Draws terminal lines as DOM nodes: text by text nodes only, colours by style properties. */
import { readableColor, textOn } from "./readable_color"
import { webAddress } from "./terminal"
import type { Run } from "./terminal_line"
import { plainStyle, type TerminalStyle } from "./terminal_style"

const address = /\bhttps?:\/\/[^\s<>"'`\\^{|}]+/gi

/** Appends `runs` to `parent`, joining plain text with a text node that is last already. */
export function appendRuns(parent: Node, runs: readonly Run[]): void {
  for (const { text, style } of runs) {
    const target = style === plainStyle ? parent : parent.appendChild(styled(style))
    if (style.link === null && text.includes("://")) appendLinked(target, text)
    else appendText(target, text)
  }
}

/** What appendRuns would append when that is nothing but text; null when it is more. */
export function plainText(runs: readonly Run[]): string | null {
  return runs.every(({ text, style }) => style === plainStyle && !text.includes("://")) ? runs.map(({ text }) => text).join("") : null
}

export function appendText(parent: Node, text: string): void {
  if (text === "") return
  const last = parent.lastChild
  if (last instanceof Text) last.appendData(text)
  else parent.appendChild(document.createTextNode(text))
}

/** Web addresses become links; everything else stays text. */
function appendLinked(parent: Node, text: string): void {
  let done = 0
  for (const match of text.matchAll(address)) {
    const shown = withoutTrailing(match[0])
    const href = webAddress(shown)
    if (href === null) continue
    appendText(parent, text.slice(done, match.index))
    const link = anchor(href)
    link.textContent = shown
    parent.appendChild(link)
    done = match.index + shown.length
  }
  appendText(parent, text.slice(done))
}

/** A sentence's full stop, or the bracket around an address, is not part of it. */
function withoutTrailing(url: string): string {
  const shorter = url.replace(/[.,:;!?*]+$/, "")
  const unopened = shorter.endsWith(")") && !shorter.includes("(")
    || shorter.endsWith("]") && !shorter.includes("[")
  return unopened ? shorter.slice(0, -1) : shorter
}

function anchor(href: string): HTMLAnchorElement {
  const link = document.createElement("a")
  link.href = href
  link.target = "_blank"
  link.rel = "noopener noreferrer"
  return link
}

function styled(style: TerminalStyle): HTMLElement {
  const element = style.link === null ? document.createElement("span") : anchor(style.link)
  const { color, background } = grounded(style)
  if (color !== null) element.style.color = color
  if (background !== null) element.style.backgroundColor = background
  if (style.bold) element.style.fontWeight = "600"
  if (style.dim) element.style.opacity = "0.72"
  if (style.italic) element.style.fontStyle = "italic"
  const lines = [style.underline ? "underline" : "", style.strike ? "line-through" : ""].join(" ").trim()
  if (lines !== "") element.style.textDecoration = lines
  return element
}

/** The two colours of `style`; one that was chosen without the other is made to suit our grounds. */
function grounded(style: TerminalStyle): { color: string | null; background: string | null } {
  const color = style.inverse ? style.background ?? "var(--c-bg)" : style.color
  const background = style.inverse ? style.color ?? "var(--c-text)" : style.background
  const ownGround = background?.startsWith("rgb(") === true
  if (ownGround && color === null) return { color: textOn(background), background }
  if (!ownGround && !style.inverse && color !== null) return { color: readableColor(color), background }
  return { color, background }
}
