/** What the editor may ask of the kernel; null when there is none, or no answer in time. */
import type { Completion } from "@codemirror/autocomplete"
import { isObject, type Json, type JsonObject } from "../wire/json"

export interface Kernel {
  readonly complete: (code: string, cursor: number) => Promise<JsonObject | null>
}

export interface KernelCompletions {
  readonly from: number
  readonly to: number
  readonly options: readonly Completion[]
}

const mostOptions = 500
/** IPython's kinds of names, as the editor's icons know them. */
const kinds: ReadonlyMap<string, string> = new Map([
  ["function", "function"], ["class", "class"], ["module", "namespace"], ["instance", "variable"],
  ["statement", "variable"], ["keyword", "keyword"], ["magic", "keyword"], ["param", "property"],
  ["property", "property"], ["path", "text"],
])

const isList = (value: Json | undefined): value is readonly Json[] => Array.isArray(value)
const isCount = (value: Json | undefined): value is number =>
  typeof value === "number" && Number.isSafeInteger(value) && value >= 0

/** Reads a complete_reply; null when it holds nothing for a text of `length` units. */
export function readCompletions(content: JsonObject, length: number): KernelCompletions | null {
  const { matches, start, end, metadata } = content
  if (!isList(matches) || !isCount(start) || !isCount(end)) return null
  if (start > end || end > length || matches.length === 0) return null
  const details = readDetails(isObject(metadata) ? metadata : {})
  const options = matches
    .filter((match: Json): match is string => typeof match === "string" && match !== "")
    .slice(0, mostOptions)
    .map((label) => ({ label, ...details.get(label) }))
  return { from: start, to: end, options }
}

function readDetails(metadata: JsonObject): ReadonlyMap<string, { type?: string; detail?: string }> {
  const types = metadata._jupyter_types_experimental
  const details = new Map<string, { type?: string; detail?: string }>()
  if (!isList(types)) return details
  for (const item of types) {
    if (!isObject(item) || typeof item.text !== "string") continue
    const kind = typeof item.type === "string" ? kinds.get(item.type) : undefined
    const signature = typeof item.signature === "string" ? item.signature : ""
    details.set(item.text, {
      ...(kind === undefined ? {} : { type: kind }),
      ...(signature === "" ? {} : { detail: signature }),
    })
  }
  return details
}

/** The words of an inspect_reply, with a terminal's colours; null when the kernel knows nothing. */
export function readInspection(content: JsonObject): string | null {
  const { found, data } = content
  if (found !== true || !isObject(data)) return null
  const text = data["text/plain"]
  return typeof text === "string" && text !== "" ? text : null
}
