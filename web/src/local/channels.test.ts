import { describe, expect, it } from "vitest"
import { decodeLegacy, decodeV1, encodeLegacy, encodeV1, type KernelMessage } from "./channels"
import { encodeFrame, FrameDecoder } from "./frames"

const message: KernelMessage = {
  channel: "iopub", header: { msg_id: "a", msg_type: "comm_msg" }, parent: { msg_id: "p" }, metadata: { é: "漢" },
  content: { data: [1, null, "x"] }, buffers: [new Uint8Array([1, 2, 3]), new Uint8Array(0)], leftOut: 0,
}
const none = { ...message, buffers: [] }
const buffer = (bytes: Uint8Array): ArrayBuffer => new Uint8Array(bytes).buffer

describe("a kernel's WebSocket", () => {
  it("v1: there and back, with and without buffers", () => {
    expect(decodeV1(buffer(encodeV1(message)))).toEqual(message)
    expect(decodeV1(buffer(encodeV1(none)))).toEqual(none)
  })

  it("the older form: there and back", () => {
    const text = encodeLegacy(none)
    expect(typeof text === "string" && decodeLegacy(text)).toEqual(none)
    const bytes = encodeLegacy(message)
    expect(typeof bytes !== "string" && decodeLegacy(buffer(bytes))).toEqual(message)
  })

  it("what Python writes for numbers that JSON has not is nothing", () => {
    const text = JSON.stringify({ channel: "iopub", header: {}, parent_header: {}, metadata: {}, content: { data: "NaN" } })
      .replace("\"NaN\"", "[NaN, -Infinity, \"NaN in \\\"text\\\"\", Infinity]")
    expect(decodeLegacy(text).content).toEqual({ data: [null, null, "NaN in \"text\"", null] })
  })

  it.each([
    ["nothing", new Uint8Array(0)], ["too short", new Uint8Array(20)],
    ["few parts", new Uint8Array([2, 0, 0, 0, 0, 0, 0, 0, 99, 0, 0, 0, 0, 0, 0, 0])],
    ["many parts", new Uint8Array([255, 255, 255, 255, 255, 255, 255, 255])],
    ["a part behind the end", ((): Uint8Array => {
      const bytes = encodeV1(none)
      bytes[16] = 255
      return bytes
    })()],
  ])("v1: refuses %s", (_, bytes) => {
    expect(() => decodeV1(buffer(bytes))).toThrow()
  })
})

describe("the link's frames", () => {
  it("come in pieces of any size", () => {
    const bytes = [
      encodeFrame({ type: "a" }), encodeFrame({ type: "b", text: "漢" }, [new Uint8Array([7]), new Uint8Array([8, 9])]),
    ].flatMap((frame) => [...frame ?? []])
    const decoder = new FrameDecoder()
    const frames = bytes.flatMap((byte) => decoder.feed(new Uint8Array([byte])))
    expect(frames.map(({ message: { type } }) => type)).toEqual(["a", "b"])
    expect(frames[1]?.buffers).toEqual([new Uint8Array([7]), new Uint8Array([8, 9])])
  })

  it.each([[[255, 255, 255, 255, 0, 0, 0, 0]], [[0, 0, 0, 0, 0, 0, 0, 0]], [[6, 0, 0, 0, 99, 0, 0, 0, 123, 125]]])(
    "refuses %j", (bytes) => {
      expect(() => new FrameDecoder().feed(new Uint8Array(bytes))).toThrow()
    })
})
