/** Draws an output's MIME types inside the frame: for what goes into an element of another output. */
import { AnsiUp } from "ansi_up"
import { fill, runScript } from "./scripts"

type Bundle = Readonly<Record<string, unknown>>

function isBundle(value: unknown): value is Bundle {
  return typeof value === "object" && value !== null && !Array.isArray(value)
}

export const textOf = (value: unknown): string =>
  Array.isArray(value) ? value.join("") : typeof value === "string" ? value : value === undefined ? "" : JSON.stringify(value, null, 2)

export async function renderBundle(text: string, place: HTMLElement): Promise<void> {
  const parsed: unknown = JSON.parse(text)
  if (isBundle(parsed)) await render(parsed, place)
}

/** The best of the types that are there. */
export async function render(data: Bundle, place: HTMLElement): Promise<void> {
  const type = ["text/html", "image/svg+xml", "image/png", "image/jpeg", "image/webp", "image/gif",
    "application/javascript", "text/markdown", "text/latex", "application/json", "text/plain"].find((name) => data[name] !== undefined)
  if (type === undefined) return
  const value = textOf(data[type])
  if (type === "text/html" || type === "image/svg+xml") return fill(place, value)
  if (type === "application/javascript") {
    runScript(place, value)
    return
  }
  if (type.startsWith("image/")) {
    const image = document.createElement("img")
    image.src = `data:${type};base64,${value}`
    place.append(image)
    return
  }
  place.append(terminal(value, false))
}

/** Text with its colours; what `\r` wrote over is gone. */
export function terminal(words: string, isError: boolean): HTMLElement {
  const pre = document.createElement("pre")
  pre.className = isError ? "colibri-stderr" : ""
  pre.innerHTML = new AnsiUp().ansi_to_html(words.replace(/[^\n]*\r(?!\n)/g, ""))
  return pre
}
