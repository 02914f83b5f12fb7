/** The only addresses that content of a notebook may name in the page itself. */
import type { JsonObject } from "../wire/json"
import { member } from "../wire/json"
import { cleanBase64 } from "./image_size"
import { multilineText } from "./mime_choice"

export type Attachments = Readonly<Record<string, JsonObject>>

const imageTypes = ["image/png", "image/jpeg", "image/gif", "image/webp", "image/svg+xml"]
const longest = 8000

/** Where a link may lead: the web, a mail address, or `#heading`. Null for all else. */
export function safeHref(value: string): string | null {
  if (value.length > longest) return null
  if (value.startsWith("#")) return value
  const url = parse(value)
  return url && ["https:", "http:", "mailto:"].includes(url.protocol) ? url.href : null
}

/**
 * What an image may be loaded from: the web, its own bytes, or the cell's attachments. Never our own
 * server by a relative address: a page that is only looked at must send it nothing.
 */
export function safeImageSource(value: string, attachments?: Attachments): string | null {
  if (/^\s*attachment:/i.test(value)) return attached(value.replace(/^\s*attachment:/i, ""), attachments)
  if (/^data:/i.test(value)) return imageFromDataUrl(value)
  if (value.length > longest) return null
  const url = parse(value)
  const ours = typeof location === "object" && url?.origin === location.origin
  return url && !ours && ["https:", "http:"].includes(url.protocol) ? url.href : null
}

/** An <img> runs no script, whatever the SVG holds; a data: address has no origin of ours. */
export function svgImageUrl(svg: string): string {
  return `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svg)}`
}

function parse(value: string): URL | null {
  return URL.canParse(value) ? new URL(value) : null
}

function imageFromDataUrl(value: string): string | null {
  const match = /^data:(image\/[a-z+]+);base64,(.*)$/is.exec(value)
  const type = match?.[1]?.toLowerCase() ?? ""
  const bytes = cleanBase64(match?.[2] ?? "")
  return bytes !== null && imageTypes.includes(type) ? `data:${type};base64,${bytes}` : null
}

function attached(encodedName: string, attachments: Attachments | undefined): string | null {
  const bundle = attachments ? lookUp(attachments, encodedName) : undefined
  if (!bundle) return null
  for (const type of imageTypes) {
    const text = multilineText(member(bundle, type) ?? null)
    if (text === null) continue
    const bytes = cleanBase64(text)
    if (bytes !== null) return `data:${type};base64,${bytes}`
    if (type === "image/svg+xml") return svgImageUrl(text)
  }
  return null
}

function lookUp(attachments: Attachments, encodedName: string): JsonObject | undefined {
  const own = (name: string): JsonObject | undefined =>
    Object.hasOwn(attachments, name) ? attachments[name] : undefined
  try {
    return own(encodedName) ?? own(decodeURIComponent(encodedName))
  } catch {
    return undefined // A percent sign that encodes nothing.
  }
}
