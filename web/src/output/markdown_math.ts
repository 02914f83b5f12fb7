/** Teaches markdown-it LaTeX: formulas become `<span class="math-…">` with the TeX as text. */
import type MarkdownIt from "markdown-it"
import type { StateBlock, StateInline } from "markdown-it"
import { blockClosing, formulaAt, nextClosing } from "./math_scan"

const mostLines = 500

export function mathPlugin(markdown: MarkdownIt): void {
  markdown.inline.ruler.before("escape", "math", inlineMath)
  markdown.block.ruler.before("fence", "math", blockMath, {
    alt: ["paragraph", "reference", "blockquote", "list"],
  })
  markdown.renderer.rules.math = (tokens, at) => {
    const token = tokens[at]
    if (!token) return ""
    const tex = markdown.utils.escapeHtml(token.content)
    return `<span class="${token.markup}">${tex}</span>`
  }
  markdown.renderer.rules.math_block = (tokens, at) => {
    const tex = markdown.utils.escapeHtml(tokens[at]?.content ?? "")
    return `<p><span class="math-display">${tex}</span></p>\n`
  }
}

function inlineMath(state: StateInline, silent: boolean): boolean {
  const found = formulaAt(state.src, state.pos)
  if (!found || found.end > state.posMax) return false
  if (!silent) {
    const token = state.push("math", "", 0)
    token.content = found.tex
    token.markup = found.display ? "math-display" : "math-inline"
  }
  state.pos = found.end
  return true
}

/** A formula that begins a line and ends one: empty lines and what looks like a list are in it. */
function blockMath(state: StateBlock, startLine: number, endLine: number, silent: boolean): boolean {
  const lineAt = (line: number): string =>
    state.src.slice((state.bMarks[line] ?? 0) + (state.tShift[line] ?? 0), state.eMarks[line])
  if ((state.sCount[startLine] ?? 0) - state.blkIndent >= 4) return false
  const first = lineAt(startLine)
  const closing = blockClosing(first)
  if (closing === null) return false
  const lastLine = Math.min(endLine, startLine + mostLines) - 1
  const next = nextClosing(state.src, closing, (state.bMarks[startLine] ?? 0) + 2)
  if (next < 0 || next > (state.eMarks[lastLine] ?? 0)) return false
  const skip = first.startsWith("\\begin") ? 0 : 2
  for (let line = startLine; line <= lastLine; line += 1) {
    const text = line === startLine ? first.slice(skip) : lineAt(line)
    const end = text.indexOf(closing)
    if (end < 0) continue
    if (text.slice(end + closing.length).trim() !== "") return false
    if (silent) return true
    const kept = skip === 0 ? text.slice(0, end + closing.length) : text.slice(0, end)
    const between = Array.from({ length: Math.max(0, line - startLine - 1) }, (_, at) => lineAt(startLine + 1 + at))
    const token = state.push("math_block", "", 0)
    token.block = true
    token.map = [startLine, line + 1]
    token.content = line === startLine ? kept : [first.slice(skip), ...between, kept].join("\n")
    state.line = line + 1
    return true
  }
  return false
}
