/** Documentation of code, which comes as Markdown, as nodes that may stand in the page. */
export async function renderDocumentation(markdown: string): Promise<DocumentFragment> {
  const [engine, highlighter] = await Promise.all([import("./markdown_engine"), import("./code_highlight")])
  const nodes = engine.renderMarkdown(markdown)
  for (const code of nodes.querySelectorAll("pre code")) {
    if (highlighter.canHighlight(code)) highlighter.highlight(code)
  }
  return nodes
}
