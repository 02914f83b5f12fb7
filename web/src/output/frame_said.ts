/** Reads what a frame of outputs says beyond its link's words. All of it may be forged by what the frame shows. */
import type { FromFrame, PortFrame } from "../frame/messages"
import { parseJson, type Json } from "../wire/json"

type Of<T extends FromFrame["type"]> = Extract<FromFrame, { type: T }>

export type Said =
  | Of<"heights"> | Of<"evaluated"> | Of<"add_cell"> | Of<"port"> | Of<"port_frames">
  | Omit<Of<"kernel">, "data" | "buffers"> & { readonly data: Json; readonly buffers: readonly ArrayBuffer[] }

const mostSegments = 4000
const mostBytes = 8 * 1024 * 1024
const mostText = 1024 * 1024
const mostName = 200
const mostPortFrames = 20
const mostAddress = 4000

const isHeight = (value: unknown): value is number => typeof value === "number" && Number.isFinite(value)
const isShort = (value: unknown, limit = mostName): value is string => typeof value === "string" && value.length <= limit

/** Null for anything that is not exactly one of these. */
export function readSaid(data: unknown): Said | null {
  if (typeof data !== "object" || data === null || !("type" in data)) return null
  switch (data.type) {
    case "heights": return readHeights(data)
    case "kernel": return readKernel(data)
    case "evaluated": {
      const { id, error, value } = { id: "", error: null, value: "", ...data }
      if (!isShort(id) || typeof error !== "boolean" || !isShort(value, mostBytes)) return null
      return { type: "evaluated", id, error, value }
    }
    case "add_cell": {
      const { text, cell_type } = { text: null, cell_type: "code", ...data }
      return isShort(text, mostText) && isShort(cell_type) ? { type: "add_cell", text, cell_type } : null
    }
    case "port": {
      const { id, port } = { id: "", port: 0, ...data }
      return isShort(id) && Number.isInteger(port) && port >= 1 && port <= 65535 ? { type: "port", id, port } : null
    }
    case "port_frames": return readPortFrames(data)
    default: return null
  }
}

function readPortFrames(data: object): Said | null {
  const list: unknown = "frames" in data ? data.frames : null
  if (!Array.isArray(list) || list.length > mostPortFrames) return null
  const frames: PortFrame[] = []
  for (const each of list) {
    const item: unknown = each
    if (typeof item !== "object" || item === null) return null
    const { id, url, left, top, width, height } = { id: null, url: null, left: null, top: null, width: null, height: null, ...item }
    if (!isShort(id) || !isShort(url, mostAddress) || !isHeight(left) || !isHeight(top) || !isHeight(width) || !isHeight(height)) return null
    frames.push({ id, url, left, top, width, height })
  }
  return { type: "port_frames", frames }
}

function readHeights(data: object): Said | null {
  const { head, tail, segments } = { head: 0, tail: 0, segments: null, ...data }
  const list: unknown = segments
  if (!isHeight(head) || !isHeight(tail) || !Array.isArray(list) || list.length > mostSegments) return null
  const heights: (readonly [string, number])[] = []
  for (const pair of list) {
    const both: readonly unknown[] = Array.isArray(pair) ? pair : []
    const [id, height] = both
    if (!isShort(id) || !isHeight(height)) return null
    heights.push([id, height])
  }
  return { type: "heights", head, tail, segments: heights }
}

const events = ["open", "msg", "close", "target"] as const

function readKernel(data: object): Said | null {
  const { event, id, target, buffers, data: sent } = { event: "", id: null, target: null, buffers: [], data: {}, ...data }
  const known = events.find((name) => name === event)
  if (!known || !isShort(id) || !isShort(target)) return null
  const list: readonly unknown[] = Array.isArray(buffers) ? buffers : []
  const bytes = list.map(asBuffer).filter((buffer) => buffer !== null)
  const read = asJson(sent)
  if (read === null || bytes.length !== list.length) return null
  if (bytes.reduce((sum, { byteLength }) => sum + byteLength, read.size) > mostBytes) return null
  return { type: "kernel", event: known, id, target, data: read.value, buffers: bytes }
}

function asBuffer(value: unknown): ArrayBuffer | null {
  if (value instanceof ArrayBuffer) return value
  return ArrayBuffer.isView(value) ? new Uint8Array(value.buffer, value.byteOffset, value.byteLength).slice().buffer : null
}

/** Through its text: what is no JSON does not come out of it. */
function asJson(value: unknown): { readonly value: Json; readonly size: number } | null {
  try {
    const text = JSON.stringify(value)
    return { value: parseJson(text), size: text.length }
  } catch {
    return null
  }
}

