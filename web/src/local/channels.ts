/** What a kernel's WebSocket says, in both forms that Jupyter servers speak. */
import { asObject, member, objectAt, optionalStringAt, parseJson, WireError, type JsonObject } from "../wire/json"

export const v1Protocol = "v1.kernel.websocket.jupyter.org"

export interface KernelMessage {
  readonly channel: string
  readonly header: JsonObject
  readonly parent: JsonObject
  readonly metadata: JsonObject
  readonly content: JsonObject
  readonly buffers: readonly Uint8Array[]
  /** Its content was this large, and left out; 0: it is there. */
  readonly leftOut: number
}

/** A message's content that is larger would not fit a frame of the link. */
export const maxMessageBytes = 48 * 1024 * 1024

const encoder = new TextEncoder()
const decoder = new TextDecoder()

export const typeOf = ({ header }: KernelMessage): string => optionalStringAt(header, "msg_type")
export const parentOf = ({ parent }: KernelMessage): string => optionalStringAt(parent, "msg_id")

/** Python writes what JSON does not know; a page could show nothing of it but null. */
export function parseKernelJson(text: string): JsonObject {
  try {
    return asObject(parseJson(text), "part of a message")
  } catch {
    const plain = text.replace(/"(?:[^"\\]|\\.)*"|-?\bInfinity\b|\bNaN\b/g, (part) => part.startsWith("\"") ? part : "null")
    return asObject(parseJson(plain), "part of a message")
  }
}

export function encodeV1(message: KernelMessage): Uint8Array<ArrayBuffer> {
  const json = (part: JsonObject): Uint8Array => encoder.encode(JSON.stringify(part))
  const parts = [
    encoder.encode(message.channel), json(message.header), json(message.parent), json(message.metadata),
    json(message.content), ...message.buffers,
  ]
  const count = parts.length + 1
  const head = 8 * (count + 1)
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, head))
  const view = new DataView(bytes.buffer)
  view.setBigUint64(0, BigInt(count), true)
  let at = head
  parts.forEach((part, index) => {
    view.setBigUint64(8 * (index + 1), BigInt(at), true)
    bytes.set(part, at)
    at += part.length
  })
  view.setBigUint64(8 * count, BigInt(at), true)
  return bytes
}

export function decodeV1(data: ArrayBuffer): KernelMessage {
  const bytes = new Uint8Array(data)
  const view = new DataView(data)
  const number = (at: number): number => {
    if (at + 8 > bytes.length) throw new WireError("a kernel's message is cut off")
    return Number(view.getBigUint64(at, true))
  }
  const count = number(0)
  if (count < 6 || count > 2000) throw new WireError("a kernel's message has too few or too many parts")
  const part = (index: number): Uint8Array => {
    const from = number(8 * (index + 1))
    const to = number(8 * (index + 2))
    if (from > to || to > bytes.length) throw new WireError("a part of a kernel's message is nowhere")
    return bytes.subarray(from, to)
  }
  const text = (index: number): string => decoder.decode(part(index))
  const large = bytes.length > maxMessageBytes
  return {
    channel: text(0), header: parseKernelJson(text(1)), parent: parseKernelJson(text(2)),
    metadata: large ? {} : parseKernelJson(text(3)), content: large ? {} : parseKernelJson(text(4)),
    buffers: large ? [] : Array.from({ length: count - 6 }, (_, index) => part(index + 5).slice()),
    leftOut: large ? bytes.length : 0,
  }
}

/** The older form: text, or binary with buffers behind it. */
export function encodeLegacy(message: KernelMessage): string | Uint8Array<ArrayBuffer> {
  const json = JSON.stringify({
    channel: message.channel, header: message.header, parent_header: message.parent, metadata: message.metadata,
    content: message.content, buffers: [],
  })
  if (message.buffers.length === 0) return json
  const parts = [encoder.encode(json), ...message.buffers]
  const head = 4 * (parts.length + 1)
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, head))
  const view = new DataView(bytes.buffer)
  view.setUint32(0, parts.length)
  let at = head
  parts.forEach((part, index) => {
    view.setUint32(4 * (index + 1), at)
    bytes.set(part, at)
    at += part.length
  })
  return bytes
}

export function decodeLegacy(data: string | ArrayBuffer): KernelMessage {
  if (typeof data === "string") return legacyMessage(data, [])
  const view = new DataView(data)
  const number = (at: number): number => {
    if (at + 4 > data.byteLength) throw new WireError("a kernel's message is cut off")
    return view.getUint32(at)
  }
  const count = number(0)
  if (count < 1 || count > 2000) throw new WireError("a kernel's message has too few or too many parts")
  const part = (index: number): Uint8Array => {
    const from = number(4 * (index + 1))
    const to = index + 1 < count ? number(4 * (index + 2)) : data.byteLength
    if (from > to || to > data.byteLength) throw new WireError("a part of a kernel's message is nowhere")
    return new Uint8Array(data.slice(from, to))
  }
  return legacyMessage(decoder.decode(part(0)), Array.from({ length: count - 1 }, (_, index) => part(index + 1)))
}

function legacyMessage(text: string, buffers: readonly Uint8Array[]): KernelMessage {
  const large = text.length > maxMessageBytes
  const message = parseKernelJson(text)
  const part = (key: string): JsonObject => member(message, key) ? objectAt(message, key) : {}
  return {
    channel: optionalStringAt(message, "channel"), header: part("header"), parent: part("parent_header"),
    metadata: part("metadata"), content: large ? {} : part("content"), buffers: large ? [] : buffers,
    leftOut: large ? text.length : 0,
  }
}
