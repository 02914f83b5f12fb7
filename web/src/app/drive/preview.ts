/** Fetches what a preview shows of a file: its beginning, as what it is by its name. */
import { fileHref, pdfHref } from "../../sync/drive_api"
import { parseCsv } from "../../model/csv"
import type { PreviewContent } from "../../ui/drive/Preview"
import { canPreview } from "../../ui/drive/item_menu"
import type { DriveEntry } from "../../wire/drive"
import { parseJson } from "../../wire/json"
import { errorText } from "../errors"

const textBytes = 512 << 10
/** A longer notebook is opened, not drawn at once. */
const notebookBytes = 64 << 20

export async function previewOf(entry: DriveEntry, begin: (path: string, bytes: number) => Promise<ArrayBuffer>): Promise<PreviewContent> {
  const { name, path, bytes } = entry
  if (/\.(png|jpe?g|gif|webp|avif|bmp|svg)$/i.test(name)) return { kind: "image", href: fileHref(path) }
  if (/\.pdf$/i.test(name)) return { kind: "pdf", href: pdfHref(path) }
  if (/\.ipynb$/i.test(name) && bytes <= notebookBytes) {
    const { lookInto } = await import("./notebook_look")
    return lookInto(name, async () => parseJson(new TextDecoder().decode(await begin(path, notebookBytes))))
  }
  if (!canPreview(entry)) return { kind: "none" }
  try {
    const start = new Uint8Array(await begin(path, textBytes))
    // A zero byte stands in no text.
    if (start.includes(0)) return { kind: "none" }
    const text = new TextDecoder().decode(start)
    const isCut = bytes > start.length
    return /\.[ct]sv$/i.test(name) ? { kind: "table", rows: parseCsv(text), isCut } : { kind: "text", text, isCut }
  } catch (error) {
    return { kind: "failed", why: errorText(error) }
  }
}
