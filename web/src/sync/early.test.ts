import { afterEach, beforeEach, describe, expect, it, vi } from "vitest"
import { notebookId } from "../wire/ids"
import { parseJson } from "../wire/json"
import type { Socket } from "./connection"
import { fetchOrEarly, openingOf } from "./early"
import { Early } from "./early_start"

/** A WebSocket in the hands of a test. */
class FakeWebSocket {
  static readonly CONNECTING = 0
  static readonly OPEN = 1
  static all: FakeWebSocket[] = []
  readyState = 0
  sent: string[] = []
  onopen: (() => void) | null = null
  onmessage: ((event: { data: unknown }) => void) | null = null
  onclose: ((event: { code: number; reason: string }) => void) | null = null

  constructor(readonly url: URL) {
    FakeWebSocket.all.push(this)
  }
  send(text: string): void {
    this.sent.push(text)
  }
  close(): void {
    this.readyState = 3
  }
  open(): void {
    this.readyState = 1
    this.onopen?.()
  }
  say(...frames: string[]): void {
    for (const data of frames) this.onmessage?.({ data })
  }
  lose(code = 1006): void {
    this.readyState = 3
    this.onclose?.({ code, reason: "" })
  }
}

const mine = notebookId("n1")
const answer = (): Response => new Response("{}", { status: 200 })
const asked = vi.fn<typeof fetch>()

beforeEach(() => {
  FakeWebSocket.all = []
  localStorage.clear()
  asked.mockReset().mockImplementation(() => Promise.resolve(answer()))
  vi.stubGlobal("WebSocket", FakeWebSocket)
  vi.stubGlobal("fetch", asked)
})
afterEach(() => {
  vi.useRealTimers()
  vi.unstubAllGlobals()
  globalThis.colibriEarly = undefined
})

/** The first script has run, and has this socket. */
async function begun(): Promise<FakeWebSocket> {
  const before = FakeWebSocket.all.length
  globalThis.colibriEarly = new Early(mine)
  await vi.waitFor(() => expect(FakeWebSocket.all).toHaveLength(before + 1))
  const socket = last()
  socket.open()
  return socket
}

const last = (): FakeWebSocket => {
  const socket = FakeWebSocket.all.at(-1)
  if (!socket) throw new Error("no socket was opened")
  return socket
}

/** What a page hears on the socket that it gets. */
function takenOver(): { heard: string[]; socket: Socket; client: string } {
  const heard: string[] = []
  const { client, open } = openingOf(mine)
  const socket = open({
    opened: () => heard.push("opened"),
    received: (frame) => heard.push(typeof frame === "string" ? frame : "binary"),
    closed: (code) => heard.push(`closed ${code}`),
  })
  return { heard, socket, client }
}

describe("the socket that the first script opened", () => {
  it("has said hello as the client that the page becomes, and asks for no other", async () => {
    const socket = await begun()
    const { client, heard } = takenOver()
    socket.say("later")
    await vi.waitFor(() => expect(heard).toEqual(["later"]))
    expect(socket.sent.map(parseJson)).toEqual([{ type: "hello", client, protocol: 1, language: "en", asks: true, user_tz: new Date().getTimezoneOffset() }])
  })

  it("hands on what came before the page and what comes meanwhile, in order and once", async () => {
    const socket = await begun()
    socket.say("1", "2", "3")
    const { heard } = takenOver()
    socket.say("4")
    await vi.waitFor(() => expect(heard).toEqual(["1", "2", "3", "4"]))
    socket.say("5")
    expect(heard).toEqual(["1", "2", "3", "4", "5"])
  })

  it("tells of its end behind all that came", async () => {
    const socket = await begun()
    socket.say("1", "2")
    const { heard } = takenOver()
    socket.lose(4403)
    await vi.waitFor(() => expect(heard).toEqual(["1", "2", "closed 4403"]))
  })

  it("says nothing more once the page has closed it", async () => {
    const socket = await begun()
    socket.say("1")
    const { heard, socket: taken } = takenOver()
    taken.close(1000)
    const { heard: next } = takenOver()
    last().open()
    await vi.waitFor(() => expect(next).toEqual(["opened"]))
    expect(heard).toEqual([])
  })

  it("is not taken over when it has ended, nor twice, nor for another notebook", async () => {
    (await begun()).lose()
    takenOver()
    expect(FakeWebSocket.all).toHaveLength(2)
    await begun()
    takenOver()
    takenOver()
    expect(FakeWebSocket.all).toHaveLength(4)
    const other = await begun()
    openingOf(notebookId("n2"))
    expect(other.readyState).toBe(3)
  })

  it("is closed when no page comes for it", async () => {
    vi.useFakeTimers()
    const socket = await begun()
    vi.advanceTimersByTime(10_001)
    expect(socket.readyState).toBe(3)
  })

  it("does not wait for the answer in a browser where somebody was signed in", async () => {
    await begun()
    asked.mockImplementation(() => Promise.resolve(new Response("{}", { status: 401 })))
    globalThis.colibriEarly = new Early(mine)
    expect(FakeWebSocket.all).toHaveLength(2)
    // The answer was no: the next time it is waited for.
    await vi.waitFor(() => expect(localStorage).toHaveLength(0))
    globalThis.colibriEarly = new Early(mine)
    expect(FakeWebSocket.all).toHaveLength(2)
  })

  it("lets what was drawn of a frame be seen before the page gets that", async () => {
    const paints: FrameRequestCallback[] = []
    vi.stubGlobal("requestAnimationFrame", (callback: FrameRequestCallback) => paints.push(callback))
    const seen: string[] = []
    const sight = {
      wanted: true,
      take(frame: string): boolean {
        seen.push(frame)
        this.wanted = frame !== "snapshot"
        return !this.wanted
      },
    }
    globalThis.colibriEarly = new Early(mine, sight)
    await vi.waitFor(() => expect(FakeWebSocket.all).toHaveLength(1))
    const socket = last()
    socket.open()
    socket.say("welcome")
    const { heard } = takenOver()
    await vi.waitFor(() => expect(heard).toEqual(["welcome"]))
    socket.say("snapshot", "outputs")
    await new Promise((resolve) => setTimeout(resolve, 5))
    expect(heard).toEqual(["welcome"])
    expect(seen).toEqual(["welcome", "snapshot"])
    for (const paint of paints) paint(0)
    await vi.waitFor(() => expect(heard).toEqual(["welcome", "snapshot", "outputs"]))
    socket.lose(1012)
    await vi.waitFor(() => expect(heard.at(-1)).toBe("closed 1012"))
  })

  it("is not opened for somebody who is signed out", async () => {
    asked.mockImplementation(() => Promise.resolve(new Response("{}", { status: 401 })))
    globalThis.colibriEarly = new Early(mine)
    expect((await fetchOrEarly("/api/me", { method: "GET" })).status).toBe(401)
    expect(FakeWebSocket.all).toEqual([])
  })
})

describe("who is signed in", () => {
  it("is asked once for the first script and the page, and anew from then on", async () => {
    globalThis.colibriEarly = new Early(null)
    await fetchOrEarly("/api/me", { method: "GET" })
    expect(asked).toHaveBeenCalledTimes(1)
    await fetchOrEarly("/api/me", { method: "GET" })
    expect(asked).toHaveBeenCalledTimes(2)
  })

  it("is asked again when the first script was not answered", async () => {
    asked.mockImplementationOnce(() => Promise.reject(new Error("no network")))
    globalThis.colibriEarly = new Early(null)
    expect((await fetchOrEarly("/api/me", { method: "GET" })).status).toBe(200)
  })

  it("has nothing to do with other requests", async () => {
    globalThis.colibriEarly = new Early(null)
    await fetchOrEarly("/api/notebooks", { method: "GET" })
    expect(asked).toHaveBeenCalledTimes(2)
  })
})
