/** The link's frames (docs/protocol.md 3): u32 length | u32 json_length | JSON | buffers, little-endian. */
import { asObject, listAt, member, parseJson, WireError, type JsonObject } from "../wire/json"

export interface Frame {
  readonly message: JsonObject
  readonly buffers: readonly Uint8Array[]
}

export const maxFrameBytes = 64 * 1024 * 1024

const encoder = new TextEncoder()
const decoder = new TextDecoder()

/** The frame's bytes; null when it would be over the limit. */
export function encodeFrame(message: JsonObject, buffers: readonly Uint8Array[] = []): Uint8Array<ArrayBuffer> | null {
  const json = encoder.encode(JSON.stringify(
    buffers.length === 0 ? message : { ...message, buffers: buffers.map(({ length }) => length) }))
  const length = 4 + json.length + buffers.reduce((sum, buffer) => sum + buffer.length, 0)
  if (length > maxFrameBytes) return null
  const bytes = new Uint8Array(4 + length)
  const view = new DataView(bytes.buffer)
  view.setUint32(0, length, true)
  view.setUint32(4, json.length, true)
  bytes.set(json, 8)
  let at = 8 + json.length
  for (const buffer of buffers) {
    bytes.set(buffer, at)
    at += buffer.length
  }
  return bytes
}

/** Takes bytes as they come, gives whole frames; what is malformed throws a WireError. */
export class FrameDecoder {
  private rest = new Uint8Array(0)

  feed(bytes: Uint8Array): Frame[] {
    const all = new Uint8Array(this.rest.length + bytes.length)
    all.set(this.rest)
    all.set(bytes, this.rest.length)
    const frames: Frame[] = []
    let at = 0
    while (all.length - at >= 8) {
      const view = new DataView(all.buffer, at)
      const length = view.getUint32(0, true)
      if (length < 4 || length > maxFrameBytes) throw new WireError("a frame's length")
      if (all.length - at < 4 + length) break
      frames.push(readFrame(all.subarray(at + 8, at + 4 + length), view.getUint32(4, true)))
      at += 4 + length
    }
    this.rest = all.slice(at)
    return frames
  }
}

function readFrame(body: Uint8Array, jsonLength: number): Frame {
  if (jsonLength > body.length) throw new WireError("a frame's JSON is longer than the frame")
  const message = asObject(parseJson(decoder.decode(body.subarray(0, jsonLength))), "frame")
  if (member(message, "buffers") === undefined) return { message, buffers: [] }
  let at = jsonLength
  const buffers = listAt(message, "buffers", (length) => {
    if (typeof length !== "number" || length < 0 || at + length > body.length) throw new WireError("a buffer's length")
    at += length
    return body.slice(at - length, at)
  })
  return { message, buffers }
}
