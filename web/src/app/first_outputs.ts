/** Outputs for the first moment: plain text, and pictures whose size is known. */
import { cleanBase64, imageSize } from "../output/image_size"
import { isObject, member, type Json, type JsonObject } from "../wire/json"
import { make } from "./first_elements"

/** A longer text is put into a box that scrolls. */
const mostLines = 20

/** What stands for the output; null when its height is not known. */
function drawOutput(output: JsonObject): HTMLElement | null {
  if (member(output, "output_type") === "stream") {
    const text = member(output, "text")
    if (typeof text !== "string" || member(output, "cut") !== undefined) return null
    return drawText(text, member(output, "name") === "stderr" ? "o-stderr" : "o-stdout")
  }
  const data = member(output, "data")
  if (!isObject(data) || member(output, "blobs") !== undefined) return null
  const types = Object.keys(data)
  const picture = member(data, "image/png")
  if (types.some((type) => type !== "image/png" && type !== "text/plain")) return null
  if (typeof picture === "string") return drawPicture(picture, member(output, "metadata"))
  const text = member(data, "text/plain")
  return typeof text === "string" ? drawText(text, "") : null
}

function drawText(text: string, className: string): HTMLElement | null {
  // What a terminal would take for an order is not drawn here.
  if (["\u001b", "\r", "\b"].some((order) => text.includes(order)) || text.split("\n").length > mostLines) return null
  return make("div", "o-output", make("div", className, make("div", "o-text", text.replace(/\n$/, ""))))
}

function drawPicture(base64: string, metadata: Json | undefined): HTMLElement | null {
  const clean = cleanBase64(base64)
  const size = clean === null ? null : imageSize(clean)
  if (clean === null || !size || (isObject(metadata) && Object.keys(metadata).length > 0)) return null
  const image = new Image(size.width, size.height)
  image.className = "o-image"
  image.src = `data:image/png;base64,${clean}`
  return make("div", "o-output", image)
}

/** What stands for a cell's outputs: as many as are known, and whether those are all. */
export function drawOutputs(outputs: readonly Json[]): { readonly element: HTMLElement; readonly complete: boolean } {
  const box = make("div", "o-outputs")
  for (const output of outputs) {
    const drawn = isObject(output) ? drawOutput(output) : null
    if (!drawn) return { element: box, complete: false }
    box.append(drawn)
  }
  return { element: box, complete: true }
}
