import { afterEach, beforeEach, describe, expect, it, vi } from "vitest"
import type { JsonObject } from "../wire/json"
import { encodeFrame, FrameDecoder } from "./frames"
import { Link, type LinkSocket } from "./link"

class FakeSocket implements LinkSocket {
  binaryType: BinaryType = "blob"
  onopen: ((event: Event) => void) | null = null
  onmessage: ((event: MessageEvent<unknown>) => void) | null = null
  onclose: ((event: CloseEvent) => void) | null = null
  readonly heard: JsonObject[] = []
  readonly sizes: number[] = []
  private readonly decoder = new FrameDecoder()

  send(bytes: Uint8Array<ArrayBuffer>): void {
    this.sizes.push(bytes.length)
    this.heard.push(...this.decoder.feed(bytes).map(({ message }) => message))
  }
  close(): void {
    this.onclose = null
  }
  open(): void {
    this.onopen?.(new Event("open"))
  }
  say(message: JsonObject): void {
    this.onmessage?.(new MessageEvent("message", { data: encodeFrame(message)?.buffer }))
  }
  lose(code: number): void {
    this.onclose?.(new CloseEvent("close", { code }))
  }
  get numbers(): readonly unknown[] {
    return this.heard.map(({ n }) => n).filter((n) => n !== undefined)
  }
}

function linked(): { readonly link: Link; readonly sockets: FakeSocket[]; readonly over: ReturnType<typeof vi.fn> } {
  const sockets: FakeSocket[] = []
  const over = vi.fn()
  const link = new Link("r_1", "token", { message: () => undefined, open: () => undefined, over }, () => {
    const socket = new FakeSocket()
    sockets.push(socket)
    return socket
  })
  link.dial()
  sockets[0]?.open()
  return { link, sockets, over }
}

describe("a page's link", () => {
  beforeEach(() => {
    vi.useFakeTimers()
  })
  afterEach(() => {
    vi.useRealTimers()
  })

  it("numbers its frames behind what the server has of a page before", () => {
    const { link, sockets: [socket] } = linked()
    link.emit({ message: { type: "count" } })
    expect(socket?.heard).toMatchObject([{ type: "hello", next: 0, kept: 0 }])
    socket?.say({ type: "welcome", acknowledged: 41 })
    link.emit({ message: { type: "done" } })
    expect(socket?.heard.slice(1)).toEqual([{ type: "count", n: 42 }, { type: "done", n: 43 }])
  })

  it("says again what was not acknowledged", () => {
    const { link, sockets } = linked()
    sockets[0]?.say({ type: "welcome", acknowledged: 0 })
    for (const type of ["a", "b", "c"]) link.emit({ message: { type } })
    sockets[0]?.say({ type: "ack", n: 1 })
    sockets[0]?.lose(1012)
    link.emit({ message: { type: "d" } })
    vi.advanceTimersByTime(200)
    sockets[1]?.open()
    expect(sockets[1]?.heard).toMatchObject([{ type: "hello", next: 5, kept: 2 }])
    sockets[1]?.say({ type: "welcome", acknowledged: 2 })
    expect(sockets[1]?.numbers).toEqual([3, 4])
  })

  it.each([4401, 4403, 4404])("gives up at %d", (code) => {
    const { sockets, over } = linked()
    sockets[0]?.lose(code)
    vi.advanceTimersByTime(60_000)
    expect([sockets.length, over.mock.calls.length]).toEqual([1, 1])
  })

  it("gives up when it is refused", () => {
    const { sockets, over } = linked()
    sockets[0]?.say({ type: "refused", reason: "There is no such runtime." })
    expect(over).toHaveBeenCalledOnce()
  })

  it("dials again when nothing is heard", () => {
    const { sockets } = linked()
    sockets[0]?.say({ type: "welcome", acknowledged: 0 })
    vi.advanceTimersByTime(40_000)
    expect(sockets).toHaveLength(1)
    vi.advanceTimersByTime(20_000)
    expect(sockets.length).toBeGreaterThan(1)
  })

  it("cuts a large frame into messages that the server takes", () => {
    const { link, sockets: [socket] } = linked()
    socket?.say({ type: "welcome", acknowledged: 0 })
    link.emit({ message: { type: "output", output: { data: { "image/png": "x".repeat(5_000_000) } } } })
    expect(Math.max(...socket?.sizes ?? [])).toBe(1024 * 1024)
    expect(socket?.numbers).toEqual([1])
  })
})
