import { describe, expect, it } from "vitest"
import { FakeClock } from "./testing/fake_clock"
import { TerminalConnection, type TerminalSocketEvents } from "./terminal_connection"

function output(place: number, text: string): ArrayBuffer {
  const bytes = new TextEncoder().encode(text)
  const frame = new Uint8Array(8 + bytes.length)
  new DataView(frame.buffer).setBigUint64(0, BigInt(place), true)
  frame.set(bytes, 8)
  return frame.buffer
}

const typed = (text: string): Uint8Array<ArrayBuffer> => new Uint8Array(new TextEncoder().encode(text))

/** A page with one terminal, and the server that a test plays. */
class Play {
  readonly clock = new FakeClock()
  readonly sent: (string | Uint8Array)[] = []
  readonly states: string[] = []
  screen = ""
  /** Calls that say that something was shown; at once unless `slow`. */
  readonly waiting: (() => void)[] = []
  slow = false
  dials = 0
  events: TerminalSocketEvents | null = null
  readonly connection = new TerminalConnection((events) => {
    this.dials += 1
    this.events = events
    return { send: (data) => this.sent.push(data), close: () => undefined }
  }, this.clock, {
    write: (bytes, shown) => {
      this.screen += new TextDecoder().decode(bytes)
      if (this.slow) this.waiting.push(shown)
      else shown()
    },
    reset: () => {
      this.screen = ""
    },
    changed: (state) => this.states.push(state),
  }, { columns: 80, rows: 24 })

  attach(from: number, end: number): this {
    this.events?.opened()
    this.say({ type: "attached", from, end })
    return this
  }

  say(message: object): void {
    this.events?.received(JSON.stringify(message))
  }

  messages(type: string): unknown[] {
    return this.sent.filter((data): data is string => typeof data === "string")
      .map((text): unknown => JSON.parse(text))
      .filter((message) => typeof message === "object" && message !== null && "type" in message && message.type === type)
  }
}

function play(): Play {
  const made = new Play()
  made.connection.start()
  return made
}

describe("a terminal's connection", () => {
  it("attaches, shows, and says what it has shown", () => {
    const page = play().attach(0, 0)
    expect(page.messages("attach")).toEqual([{ type: "attach", from: 0, columns: 80, rows: 24 }])
    page.slow = true
    page.events?.received(output(0, "hello"))
    expect(page.screen).toBe("hello")
    expect(page.messages("taken")).toEqual([])
    page.waiting.shift()?.()
    expect(page.messages("taken")).toEqual([{ type: "taken", to: 5 }])
    expect(page.states).toEqual(["online"])
  })

  it("has a program that fills the screen draw it again where the page finds it running, and only there", () => {
    const fresh = play().attach(0, 0)
    expect(fresh.messages("resize")).toEqual([])
    const page = play().attach(100, 900)
    expect(page.messages("resize")).toEqual([
      { type: "resize", columns: 80, rows: 23 }, { type: "resize", columns: 80, rows: 24 }])
    page.events?.received(output(100, "x".repeat(800)))
    page.events?.closed(1006)
    page.attach(900, 900)
    expect(page.messages("resize")).toHaveLength(2)
  })

  it("answers no question of what was printed before it came", () => {
    const page = play().attach(0, 5)
    page.slow = true
    page.events?.received(output(0, "\x1b[6n!"))
    expect(page.connection.type(typed("\x1b[1;1R"))).toBe(false)
    page.waiting.shift()?.()
    expect(page.connection.type(typed("ls"))).toBe(true)
    expect(page.sent.at(-1)).toEqual(typed("ls"))
  })

  it("sends a large paste in pieces", () => {
    const page = play().attach(0, 0)
    expect(page.connection.type(new Uint8Array(100_000).fill(120))).toBe(true)
    const pieces = page.sent.filter((data) => data instanceof Uint8Array)
    expect(pieces.map((piece) => piece.length)).toEqual([32_768, 32_768, 32_768, 1_696])
  })

  it("comes back where it was, each time a little later", async () => {
    const page = play().attach(0, 0)
    page.events?.received(output(0, "before"))
    page.events?.closed(1006)
    expect(page.connection.state).toBe("connecting")
    await page.clock.pass(300)
    page.events?.closed(1006)
    await page.clock.pass(300)
    expect(page.dials).toBe(2)
    await page.clock.pass(300)
    expect(page.dials).toBe(3)
    page.attach(6, 6)
    page.events?.received(output(6, " after"))
    expect(page.screen).toBe("before after")
    expect(page.connection.type(typed("x"))).toBe(true)
  })

  it("begins anew when what is between was not kept", () => {
    const page = play().attach(0, 0)
    page.events?.received(output(0, "old"))
    page.events?.received(output(900, "new"))
    expect(page.screen).toBe("new")
    expect(page.messages("taken").at(-1)).toEqual({ type: "taken", to: 903 })
  })

  it("tells the size only when it changes", () => {
    const page = play().attach(0, 0)
    page.connection.resize(80, 24)
    page.connection.resize(100, 30)
    expect(page.messages("resize")).toEqual([{ type: "resize", columns: 100, rows: 30 }])
  })

  it.each([[4410, "ended"], [4403, "denied"], [4401, "denied"]])("does not come back after %i", async (code, state) => {
    const page = play().attach(0, 0)
    page.events?.closed(code)
    await page.clock.pass(60_000)
    expect(page.connection.state).toBe(state)
    expect(page.dials).toBe(1)
  })

  it("calls nothing after it was stopped", async () => {
    const page = play().attach(0, 0)
    page.connection.stop()
    page.events?.closed(1006)
    await page.clock.pass(60_000)
    expect(page.dials).toBe(1)
    expect(page.states).toEqual(["online"])
  })
})
