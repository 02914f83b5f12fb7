/** How a file of a runtime is shown, by its name and its first bytes. Pure. */

export type FileKind = "image" | "table" | "markdown" | "pdf" | "text"

/** What a picture is told to be; a browser runs nothing of it in an <img>. */
const images: Readonly<Record<string, string>> = {
  png: "image/png", jpg: "image/jpeg", jpeg: "image/jpeg", gif: "image/gif", webp: "image/webp", bmp: "image/bmp",
  avif: "image/avif", ico: "image/x-icon", svg: "image/svg+xml",
}

export const endingOf = (name: string): string => /\.([^./]+)$/.exec(name)?.[1]?.toLowerCase() ?? ""
export const imageType = (name: string): string => images[endingOf(name)] ?? ""

export function kindOf(name: string): FileKind {
  const ending = endingOf(name)
  if (Object.hasOwn(images, ending)) return "image"
  if (ending === "csv" || ending === "tsv") return "table"
  if (ending === "md" || ending === "markdown") return "markdown"
  return ending === "pdf" ? "pdf" : "text"
}

/** The text, or null when these bytes are none. */
export function textOf(bytes: Uint8Array): string | null {
  if (bytes.subarray(0, 65_536).includes(0)) return null
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    return null
  }
}
