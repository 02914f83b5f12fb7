/** Widgets as a notebook's file has them: to be looked at where no kernel has them any more. Pure. */
import { isObject, member, type Json, type JsonObject } from "../wire/json"
import { WidgetModels, type WidgetBuffer } from "./widget_models"

const stateType = "application/vnd.jupyter.widget-state+json"
const mostBytes = 64 * 1024 * 1024
const read = new WeakMap<JsonObject, WidgetModels>()

/** All widgets in a notebook's metadata; the same object for the same metadata. */
export function savedWidgets(metadata: JsonObject): WidgetModels {
  const known = read.get(metadata)
  if (known) return known
  const models = new WidgetModels()
  read.set(metadata, models)
  const widgets = member(metadata, "widgets")
  const file = isObject(widgets) ? member(widgets, stateType) : undefined
  const states = isObject(file) ? member(file, "state") : undefined
  let bytes = 0
  for (const [id, model] of isObject(states) ? Object.entries(states) : []) {
    if (!isObject(model)) continue
    const own = member(model, "state")
    const names = Object.fromEntries(["model_name", "model_module", "model_module_version"]
      .map((name): [string, Json] => [`_${name}`, member(model, name) ?? ""]))
    const buffers = buffersOf(member(model, "buffers"))
    bytes += buffers.reduce((sum, { bytes: { byteLength } }) => sum + byteLength, 0)
    if (bytes > mostBytes) break
    models.open(id, { ...names, ...(isObject(own) ? own : {}) }, buffers)
  }
  return models
}

function buffersOf(value: Json | undefined): readonly WidgetBuffer[] {
  const list: readonly Json[] = Array.isArray(value) ? value : []
  return list.flatMap((buffer): WidgetBuffer[] => {
    const [path, data] = isObject(buffer) ? [member(buffer, "path"), member(buffer, "data")] : []
    const bytes = typeof data === "string" ? decoded(data, isObject(buffer) && member(buffer, "encoding") === "hex") : null
    if (!Array.isArray(path) || !bytes) return []
    const steps: readonly Json[] = path
    return [{ bytes, path: steps.map((step) => typeof step === "number" || typeof step === "string" ? step : "") }]
  })
}

function decoded(text: string, isHex: boolean): ArrayBuffer | null {
  try {
    const bytes = isHex ? (text.match(/../g) ?? []).map((pair) => Number.parseInt(pair, 16))
      : Array.from(atob(text), (letter) => letter.charCodeAt(0))
    return new Uint8Array(bytes).buffer
  } catch {
    return null
  }
}
