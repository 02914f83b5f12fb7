/** A cell's attachments as the Markdown view takes them: name → MIME bundle of texts. */
import { isObject, type JsonObject } from "../../wire/json"

type Attachments = Readonly<Record<string, Readonly<Record<string, string>>>>

const read = new WeakMap<JsonObject, Attachments>()

/** The same object for the same attachments, so that nothing is drawn again for it. */
export function readAttachments(attachments: JsonObject): Attachments {
  const known = read.get(attachments)
  if (known) return known
  const bundles = Object.entries(attachments).flatMap(([name, bundle]) => {
    if (!isObject(bundle)) return []
    const texts = Object.entries(bundle).flatMap(([type, value]) => {
      const text = Array.isArray(value) ? value.join("") : value
      return typeof text === "string" ? [[type, text] as const] : []
    })
    return [[name, Object.fromEntries(texts)] as const]
  })
  const result = Object.fromEntries(bundles)
  read.set(attachments, result)
  return result
}
