/** Which of an output's representations is shown. Pure. */
import { isObject, member, type Json, type JsonObject } from "../wire/json"
import type { BlobRef, DisplayOutput } from "../wire/output"

/** How a MIME type is drawn. */
export type Drawing = "restart" | "widget" | "plotly" | "vega" | "bokeh" | "html" | "markdown" | "svg" | "image" | "latex" | "script" | "json" | "text"

export type Source =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "json"; readonly value: Json }
  | { readonly kind: "blob"; readonly blob: BlobRef }

export interface Choice {
  readonly type: string
  readonly drawing: Drawing
  readonly source: Source
  /** A richer type that was there and that we cannot draw. */
  readonly instead: string | null
}

/** The best first. Of several ways to say the same, the one that keeps most of it. */
const ranked: readonly (readonly [string, Drawing])[] = [
  ["application/vnd.colab-display-data+json", "restart"],
  ["application/vnd.jupyter.widget-view+json", "widget"],
  ["application/vnd.plotly.v1+json", "plotly"],
  ["application/vnd.colibri.bokeh+json", "bokeh"],
  ...["vegalite.v6", "vegalite.v5", "vegalite.v4", "vegalite.v3", "vegalite.v2", "vega.v6", "vega.v5", "vega.v4", "vega.v3"]
    // Altair 6 writes a dot.
    .flatMap((name) => ["+json", ".json"].map((end) => [`application/vnd.${name}${end}`, "vega"] as const)),
  ["text/html", "html"],
  ["text/markdown", "markdown"],
  ["image/svg+xml", "svg"],
  ["image/png", "image"],
  ["image/jpeg", "image"],
  ["image/webp", "image"],
  ["image/gif", "image"],
  ["text/latex", "latex"],
  ["application/javascript", "script"],
  ["text/javascript", "script"],
  ["application/json", "json"],
  ["text/plain", "text"],
]

/** Beside others only: what a table's HTML leaves out. */
const companions: readonly string[] = ["application/vnd.colibri.table+json"]

/**
 * The representation to show, or null when there is none that we can draw. A value that is not what
 * its type promises (HTML that is a number) is passed over.
 */
export function chooseMime(output: Pick<DisplayOutput, "data" | "blobs">): Choice | null {
  const unknown = unknownType(output)
  let empty: Choice | null = null
  for (const [type, drawing] of ranked) {
    const source = sourceOf(output, type, drawing)
    if (source === null) continue
    const instead = drawing === "text" ? unknown : null
    const choice: Choice = { type, drawing, source, instead }
    if (source.kind !== "text" || source.text.trim() !== "") return choice
    empty ??= choice // Some libraries send an empty text/html beside the real thing.
  }
  return empty
}

/** The richest type of `output` that we do not know, for a quiet note. */
export function unknownType({ data, blobs }: Pick<DisplayOutput, "data" | "blobs">): string | null {
  const known = new Set([...ranked.map(([type]) => type), ...companions])
  const types = [...Object.keys(data), ...Object.keys(blobs)].filter((type) => !known.has(type))
  return types[0] ?? null
}

function sourceOf(
  { data, blobs }: Pick<DisplayOutput, "data" | "blobs">, type: string, drawing: Drawing,
): Source | null {
  const value = member(data, type)
  if (value !== undefined) {
    if (drawing === "json") return { kind: "json", value }
    if (drawing === "widget") {
      const id = isObject(value) ? member(value, "model_id") : undefined
      return typeof id === "string" ? { kind: "text", text: id } : null
    }
    if (drawing === "restart" && (!isObject(value) || member(value, "pip_warning") === undefined)) return null
    if (["plotly", "vega", "bokeh", "restart"].includes(drawing)) {
      return isObject(value) ? { kind: "text", text: JSON.stringify(value) } : null
    }
    const text = multilineText(value)
    return text === null ? null : { kind: "text", text }
  }
  const blob = Object.hasOwn(blobs, type) ? blobs[type] : undefined
  return blob ? { kind: "blob", blob } : null
}

/** nbformat's text: a string, or a list of lines. Anything else is none. */
export function multilineText(value: Json): string | null {
  if (typeof value === "string") return value
  if (!Array.isArray(value)) return null
  const parts: string[] = []
  for (const part of value) {
    if (typeof part !== "string") return null
    parts.push(part)
  }
  return parts.join("")
}

/** The metadata that a kernel sent for one MIME type. */
export function metadataFor(metadata: JsonObject, type: string): JsonObject {
  const own = member(metadata, type)
  return isObject(own) ? own : {}
}
