/** Markdown to harmless nodes. Heavy: loaded by the page only once there is Markdown to show. */
import MarkdownIt from "markdown-it"
import { mathPlugin } from "./markdown_math"
import type { Attachments } from "./safe_url"
import { sanitise } from "./sanitise"

const markdown = new MarkdownIt({ html: true, linkify: true, langPrefix: "language-" })
// Ours checks the finished nodes; here it would refuse pictures that come as data.
markdown.validateLink = () => true
markdown.linkify.set({ fuzzyLink: false, fuzzyEmail: false })
markdown.use(mathPlugin)
markdown.core.ruler.after("inline", "tasks", ({ tokens, Token }) => {
  tokens.forEach((token, at) => {
    const first = token.children?.[0]
    if (token.type !== "inline" || first?.type !== "text" || tokens[at - 2]?.type !== "list_item_open") return
    const box = /^\[([ xX])\]\s/.exec(first.content)
    if (!box) return
    first.content = first.content.slice(box[0].length)
    const mark = new Token("html_inline", "", 0)
    mark.content = `<span class="${box[1] === " " ? "task-open" : "task-done"}"></span>`
    token.children?.unshift(mark)
  })
})

/** `source` as nodes that may stand in the page. Formulas and code are still plain text. */
export function renderMarkdown(source: string, attachments?: Attachments): DocumentFragment {
  return sanitise(markdown.render(source), attachments)
}
