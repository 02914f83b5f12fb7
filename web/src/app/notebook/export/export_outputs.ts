/** Outputs as they stand on paper: text, pictures, tables; what would run is shown without running. */
import { blobText, blobUrl } from "../../../output/blob"
import { inlineHtml } from "../../../output/html_policy"
import { cleanBase64 } from "../../../output/image_size"
import { drawLatex } from "../../../output/latex"
import { drawMarkdown } from "../../../output/markdown_renderer"
import { chooseMime, metadataFor, multilineText, type Choice } from "../../../output/mime_choice"
import { svgImageUrl } from "../../../output/safe_url"
import { drawTerminalText } from "../../../output/stream_sink"
import type { NotebookId } from "../../../wire/ids"
import { member, type Json } from "../../../wire/json"
import type { DisplayOutput, Output } from "../../../wire/output"
import { formatBytes, t, tn } from "../../../words/words"
import { dataUrl } from "./with_files"

export interface OutputPlace {
  readonly notebook: NotebookId
  readonly frameHeight: number | null
}

/** What has drawn a plot of its own beside its description. */
const pictures = ["image/svg+xml", "image/png", "image/jpeg", "image/webp", "image/gif"]
const longestJson = 1_000_000
const usualFrame = 400

export async function staticOutput(output: Output, place: OutputPlace): Promise<readonly Node[]> {
  switch (output.output_type) {
    case "stream": return stream(output.name, output.text, output.tail, output.cut)
    case "error":
      return [text(output.traceback.length > 0 ? output.traceback.join("\n") : `${output.ename}: ${output.evalue}`, "o-error")]
    case "display_data":
    case "execute_result":
      try {
        return await display(output, place)
      } catch {
        return [note(t("output.load_failed"))]
      }
  }
}

function stream(name: string, head: string, tail: string, cut: { readonly lines: number; readonly bytes: number } | null | undefined): readonly Node[] {
  const kind = name === "stderr" ? "o-stderr" : "o-stdout"
  return [
    text(head, kind),
    ...cut ? [note(t("output.cut", { lines: tn("output.lines", cut.lines), size: formatBytes(cut.bytes) }))] : [],
    ...tail === "" ? [] : [text(tail, kind)],
  ]
}

async function display(output: DisplayOutput, place: OutputPlace): Promise<readonly Node[]> {
  const still = withoutLiving(output)
  const choice = chooseMime(still)
  if (!choice) return [note(t("export.living"))]
  if (choice.drawing === "image") return [await picture(choice, output, place)]
  return drawn(choice, await textOf(choice, place), still, place)
}

/** Without what only a script can draw, where there is another way to say it. */
function withoutLiving(output: DisplayOutput): DisplayOutput {
  const types = [...Object.keys(output.data), ...Object.keys(output.blobs)]
  const living = types.filter((type) => /vnd\.(?:plotly|vega|jupyter\.widget)|javascript/.test(type))
  const hasPicture = types.some((type) => pictures.includes(type))
  const html = multilineText(member(output.data, "text/html") ?? null)
  if (html !== null && (living.length > 0 || hasPicture) && showsNothing(html)) living.push("text/html")
  const keep = <Value>(all: Readonly<Record<string, Value>>): Record<string, Value> =>
    Object.fromEntries(Object.entries(all).filter(([type]) => !living.includes(type)))
  return { ...output, data: keep(output.data), blobs: keep(output.blobs) }
}

/** Whether HTML is only a place for its script to draw in. */
function showsNothing(html: string): boolean {
  const { body } = new DOMParser().parseFromString(html, "text/html")
  for (const element of body.querySelectorAll("script, style, template, noscript")) element.remove()
  return body.textContent.trim() === "" && !body.querySelector("img, svg, table, video, audio, input")
}

async function textOf({ source }: Choice, { notebook }: OutputPlace): Promise<string> {
  switch (source.kind) {
    case "text": return source.text
    case "json": return JSON.stringify(source.value, null, 2)
    case "blob": return await blobText(blobUrl(notebook, source.blob))
  }
}

async function picture(choice: Choice, output: DisplayOutput, { notebook }: OutputPlace): Promise<Node> {
  const image = document.createElement("img")
  const { source, type } = choice
  if (source.kind === "blob") image.src = await dataUrl(blobUrl(notebook, source.blob), type)
  else {
    const bytes = source.kind === "text" ? cleanBase64(source.text) : null
    if (bytes === null) return note(t("output.image_failed"))
    image.src = `data:${type};base64,${bytes}`
  }
  return withSize(image, metadataFor(output.metadata, type))
}

function withSize(image: HTMLImageElement, metadata: Readonly<Record<string, Json>>): HTMLImageElement {
  const ground = member(metadata, "needs_background") === "dark" ? "dark" : "light"
  image.className = `o-image o-image-on-${ground}`
  const alt = member(metadata, "alt")
  image.alt = typeof alt === "string" && alt !== "" ? alt.slice(0, 1000) : t("output.image")
  for (const side of ["width", "height"] as const) {
    const size = member(metadata, side)
    if (typeof size === "number" && size > 0 && size < 10_000) image.setAttribute(side, String(Math.round(size)))
  }
  return image
}

async function drawn(choice: Choice, source: string, output: DisplayOutput, place: OutputPlace): Promise<readonly Node[]> {
  const element = document.createElement("div")
  switch (choice.drawing) {
    case "html": {
      const nodes = inlineHtml(source)
      if (!nodes) return [frame(source, place)]
      element.className = "o-html"
      element.append(nodes)
      return [element]
    }
    case "markdown":
      element.className = "o-markdown"
      await drawMarkdown(element, source)
      return [element]
    case "latex":
      element.className = "o-latex"
      await drawLatex(element, source)
      return [element]
    case "svg": {
      const image = document.createElement("img")
      // In an image nothing of it runs, nothing is asked for.
      image.src = svgImageUrl(source)
      return [withSize(image, metadataFor(output.metadata, choice.type))]
    }
    case "json": return [text(source.length > longestJson ? `${source.slice(0, longestJson)}…` : source, "o-stdout")]
    case "text": return [text(source, "o-stdout"), ...choice.instead === null ? [] : [note(t("export.living"))]]
    default: return [note(t("export.living"))]
  }
}

/** HTML that wants to be a page of its own: it is shown in a frame that may do nothing. */
function frame(html: string, { frameHeight }: OutputPlace): HTMLElement {
  const element = document.createElement("iframe")
  element.setAttribute("sandbox", "")
  element.title = t("output.frame_title")
  element.srcdoc = html
  element.height = String(Math.min(4000, Math.max(40, frameHeight ?? usualFrame)))
  return element
}

function text(source: string, kind: string): HTMLElement {
  const element = document.createElement("div")
  element.className = `o-text ${kind}`
  drawTerminalText(element, source)
  return element
}

function note(words: string): HTMLElement {
  const element = document.createElement("p")
  element.className = "o-note"
  element.textContent = words
  return element
}
