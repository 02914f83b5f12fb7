import { beforeEach, describe, expect, it, vi } from "vitest"
import { FrameLink, readFromFrame } from "./frame_link"
import { HeightGate, tallestFrame } from "./height_gate"

const ready = { type: "colibri-frame-ready" }
const theme = { dark: false, variables: {} }
const content = { kind: "outputs", segments: [], gaps: [], access: false } as const

interface Rig {
  readonly link: FrameLink
  readonly frame: Window
  readonly posted: ReturnType<typeof vi.fn<(message: unknown, origin: string, ports: MessagePort[]) => void>>
  readonly events: { onHeight: ReturnType<typeof vi.fn>; onOpen: ReturnType<typeof vi.fn>; onStopped: ReturnType<typeof vi.fn> }
}

let rig: Rig

function port(): MessagePort {
  const given = rig.posted.mock.lastCall?.[2][0]
  if (!given) throw new Error("the frame was given no port")
  return given
}

/** Sends over the frame's port and waits until the page has seen it. */
async function say(...messages: unknown[]): Promise<void> {
  for (const message of messages) port().postMessage(message)
  await new Promise((resolve) => setTimeout(resolve, 10))
}

beforeEach(() => {
  const iframe = document.createElement("iframe")
  document.body.replaceChildren(iframe)
  const frame = iframe.contentWindow
  if (!frame) throw new Error("no frame")
  const posted = vi.fn<(message: unknown, origin: string, ports: MessagePort[]) => void>()
  Object.defineProperty(frame, "postMessage", { value: posted })
  const events = { onHeight: vi.fn(), onOpen: vi.fn(), onStopped: vi.fn() }
  rig = { frame, posted, events, link: new FrameLink(() => frame, content, theme, events) }
})

describe("the handshake", () => {
  it("hands the content to the frame's own window, with a port", () => {
    rig.link.receive({ source: rig.frame, data: ready })
    expect(rig.posted.mock.lastCall?.[0]).toEqual({ type: "show", content, theme })
    expect(port()).toBeInstanceOf(MessagePort)
  })

  it("is not for another window, nor for other words", () => {
    rig.link.receive({ source: window, data: ready })
    rig.link.receive({ source: null, data: ready })
    for (const data of ["ready", null, 1, { type: "run" }, {}, [ready]]) rig.link.receive({ source: rig.frame, data })
    expect(rig.posted).not.toHaveBeenCalled()
  })

  it("is done again when the frame was loaded again, and the old port is dead", async () => {
    rig.link.receive({ source: rig.frame, data: ready })
    const old = port()
    rig.link.receive({ source: rig.frame, data: ready })
    old.postMessage({ type: "height", height: 5 })
    await say({ type: "height", height: 7 })
    expect(rig.events.onHeight.mock.calls).toEqual([[7]])
  })

  it("ends with a frame that is loaded on and on", () => {
    for (let load = 0; load < 50; load += 1) rig.link.receive({ source: rig.frame, data: ready })
    expect(rig.posted).toHaveBeenCalledTimes(12)
    expect(rig.events.onStopped).toHaveBeenCalledTimes(1)
  })
})

describe("what a frame says", () => {
  beforeEach(() => rig.link.receive({ source: rig.frame, data: ready }))

  it("is believed about its height, within bounds", async () => {
    await say({ type: "height", height: 120.4 }, { type: "height", height: -5 }, { type: "height", height: 1e12 })
    expect(rig.events.onHeight.mock.calls).toEqual([[120], [0], [tallestFrame]])
  })

  it("opens one web address at a time", async () => {
    await say({ type: "open", url: "https://example.org/a" }, { type: "open", url: "https://example.org/b" })
    expect(rig.events.onOpen.mock.calls).toEqual([["https://example.org/a"]])
  })

  it("does nothing else", async () => {
    await say(
      { type: "run", cells: ["c1"] }, { type: "command", command: 1, op: { type: "run" } }, "height", null,
      { type: "height" }, { type: "height", height: "9" }, { type: "height", height: NaN },
      { type: "height", height: Infinity }, { type: "open" }, { type: "open", url: 7 },
      { type: "open", url: "javascript:alert(1)" }, { type: "open", url: "/api/me" },
      { type: "open", url: "data:text/html,x" }, { type: "open", url: `https://e.org/${"x".repeat(9000)}` },
    )
    expect(rig.events.onHeight).not.toHaveBeenCalled()
    expect(rig.events.onOpen).not.toHaveBeenCalled()
  })

  it("is not heard once the link is closed", async () => {
    const given = port()
    rig.link.close()
    given.postMessage({ type: "height", height: 5 })
    await new Promise((resolve) => setTimeout(resolve, 10))
    expect(rig.events.onHeight).not.toHaveBeenCalled()
  })
})

describe("the height gate", () => {
  it("stops a frame whose content is always a little taller than itself", () => {
    const gate = new HeightGate()
    let height = 100
    let changes = 0
    for (let at = 0; at < 1000; at += 1) {
      const next = gate.take(height + 20)
      if (next === null) continue
      height = next
      changes += 1
    }
    expect(changes).toBeLessThan(40)
  })

  it("lets a frame grow and shrink", () => {
    const gate = new HeightGate()
    expect([100, 100, 150, 80, 81].map((height) => gate.take(height))).toEqual([100, null, 150, 80, 81])
  })

  it("reads no inherited fields", () => {
    expect(readFromFrame(Object.create(null))).toBeNull()
  })
})
