/** What a page sends to a kernel's comms: a text frame, or a binary one when buffers go with it. */
import type { JsonObject } from "./json"
import type { CommMessage } from "./server_message"

/** The server takes no larger frame. */
export const largestComm = 8 * 1024 * 1024

/** The frame for `message`; null when it is too large. */
export function commFrame(message: CommMessage, buffers: readonly ArrayBuffer[]): string | ArrayBuffer | null {
  const object: JsonObject = {
    type: "comm", message: { type: message.type, content: message.content, metadata: message.metadata },
  }
  if (buffers.length === 0) {
    const text = JSON.stringify(object)
    return text.length > largestComm ? null : text
  }
  const json = new TextEncoder().encode(
    JSON.stringify({ ...object, buffers: buffers.map(({ byteLength }) => byteLength) }))
  const size = 4 + json.length + buffers.reduce((sum, { byteLength }) => sum + byteLength, 0)
  if (size > largestComm) return null
  const frame = new Uint8Array(size)
  new DataView(frame.buffer).setUint32(0, json.length, true)
  frame.set(json, 4)
  let at = 4 + json.length
  for (const buffer of buffers) {
    frame.set(new Uint8Array(buffer), at)
    at += buffer.byteLength
  }
  return frame.buffer
}
