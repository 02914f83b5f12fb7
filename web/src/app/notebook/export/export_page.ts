/**
 * A notebook as one file of HTML that needs nothing else and runs nothing: styles, fonts and pictures are in it, code
 * and formulas are drawn, and its own policy forbids scripts and requests. Also what is printed, and what a preview shows.
 */
import outputCss from "../../../output/output.css?inline"
import tableCss from "../../../output/table.css?inline"
import { drawMarkdown } from "../../../output/markdown_renderer"
import { sourceOf } from "../../../model/cell_text"
import { languageOf, type Cell, type NotebookState } from "../../../model/notebook_state"
import { outputsHidden } from "../../../model/output_text"
import themeCss from "../../../ui/theme.css?inline"
import type { NotebookId } from "../../../wire/ids"
import { language } from "../../../words/language"
import { readAttachments } from "../attachments"
import { staticOutput, type OutputPlace } from "./export_outputs"
import exportCss from "./export.css?inline"
import { withFiles } from "./with_files"

/** Nothing is asked for, nothing runs; a frame in the page inherits it. */
const policy = "default-src 'none'; img-src data:; style-src 'unsafe-inline'; font-src data:; base-uri 'none'; form-action 'none'"

export interface Exported {
  readonly state: NotebookState
  readonly id: NotebookId
  readonly title: string
  /** Below the title; empty for nothing. */
  readonly note: string
}

/** How high the frames of a cell's outputs are in the page now: what is exported cannot measure them. */
export type FrameHeight = (cell: Cell, output: number) => number | null

/** The file's text. Outputs that lie on the server are fetched; one that cannot be had says so. */
export async function exportedPage({ state, id, title, note }: Exported, heightOf: FrameHeight): Promise<string> {
  const name = title.replace(/\.ipynb$/, "")
  const made = document.implementation.createHTMLDocument(name)
  made.documentElement.lang = language()
  const main = made.createElement("main")
  main.append(heading(made, name, note))
  const code = languageOf(state)
  for (const cellId of state.order) {
    const cell = state.cells.get(cellId)
    if (cell) main.append(await drawnCell(cell, { notebook: id, language: code, heightOf }))
  }
  made.body.append(main)
  settle(main)
  const css = [themeCss, outputCss, tableCss, exportCss]
  if (main.querySelector(".katex")) css.push(await withFiles((await import("katex/dist/katex.min.css?inline")).default))
  head(made, css.join("\n"))
  return `<!doctype html>\n${made.documentElement.outerHTML}\n`
}

function head(made: Document, css: string): void {
  for (const attributes of [
    { charset: "utf-8" }, { "http-equiv": "Content-Security-Policy", content: policy },
    { name: "viewport", content: "width=device-width, initial-scale=1" }, { name: "referrer", content: "no-referrer" },
    { name: "generator", content: "Colibri" },
  ]) {
    const meta = made.createElement("meta")
    for (const [key, value] of Object.entries(attributes)) meta.setAttribute(key, value)
    made.head.append(meta)
  }
  const style = made.createElement("style")
  // Nothing of ours has such an end in it; a style that had one would stop being a style.
  style.textContent = css.replaceAll("</", "<\\/")
  // The policy goes before everything that it is about.
  made.head.append(...made.head.querySelectorAll("title"), style)
}

function heading(made: Document, name: string, note: string): HTMLElement {
  const header = made.createElement("header")
  const title = made.createElement("h1")
  title.textContent = name
  header.append(title)
  if (note !== "") {
    const below = made.createElement("p")
    below.textContent = note
    header.append(below)
  }
  return header
}

interface CellPlace {
  readonly notebook: NotebookId
  readonly language: string
  readonly heightOf: FrameHeight
}

async function drawnCell(cell: Cell, place: CellPlace): Promise<HTMLElement> {
  const section = document.createElement("section")
  section.className = `x-cell x-${cell.cell_type}`
  const source = sourceOf(cell.text)
  if (cell.cell_type === "markdown") {
    const text = document.createElement("div")
    text.className = "o-markdown"
    await drawMarkdown(text, source, readAttachments(cell.attachments))
    section.append(text)
    return section
  }
  if (source !== "") section.append(await drawnSource(cell, source, place.language))
  if (cell.cell_type === "code" && !outputsHidden(cell.metadata)) section.append(...await drawnOutputs(cell, place))
  return section
}

async function drawnSource(cell: Cell, source: string, spoken: string): Promise<HTMLElement> {
  const row = document.createElement("div")
  row.className = "x-source"
  const count = document.createElement("span")
  count.className = "x-count"
  count.textContent = cell.cell_type === "code" ? `[${cell.execution_count ?? " "}]` : ""
  const pre = document.createElement("pre")
  const code = document.createElement("code")
  code.textContent = source
  if (cell.cell_type === "code") {
    code.className = `language-${spoken}`
    const { canHighlight, highlight } = await import("../../../output/code_highlight")
    if (canHighlight(code)) highlight(code)
  }
  pre.append(code)
  row.append(count, pre)
  return row
}

async function drawnOutputs(cell: Cell, { notebook, heightOf }: CellPlace): Promise<readonly HTMLElement[]> {
  if (cell.outputs.length === 0) return []
  const outputs = document.createElement("div")
  outputs.className = "x-outputs"
  for (const [at, output] of cell.outputs.entries()) {
    const place: OutputPlace = { notebook, frameHeight: heightOf(cell, at) }
    const element = document.createElement("div")
    element.className = "x-output"
    element.append(...await staticOutput(output, place))
    outputs.append(element)
  }
  return [outputs]
}

/** What only the living page wants, and what would be asked for elsewhere. */
function settle(main: HTMLElement): void {
  for (const image of main.querySelectorAll("img")) {
    image.removeAttribute("loading")
    if (image.src.startsWith("data:")) continue
    const link = document.createElement("a")
    if (/^https?:/.test(image.src)) link.href = image.src
    link.textContent = image.alt === "" ? image.src : image.alt
    image.replaceWith(link)
  }
  // Links to headings lead to them here too.
  for (const heading of main.querySelectorAll<HTMLElement>("[data-heading]")) {
    heading.id = heading.dataset.heading ?? ""
    delete heading.dataset.heading
  }
}
