/** What becomes of text and commands that the server does not take, or whose answer got lost. */
import { beforeEach, describe, expect, it, vi } from "vitest"
import { cellId, clientId } from "../wire/ids"
import { NotebookSession } from "./session"
import { c1, c2, clock, newWorld, open, server } from "./testing/tabs"

beforeEach(() => {
  newWorld()
  vi.spyOn(console, "warn").mockReturnValue(undefined)
})

describe("a refused text", () => {
  it("is offered though it was sent again after a reconnect", async () => {
    const tab = open("t_a")
    await clock.settle()
    server.cut()
    tab.type("late")
    server.refusal = "denied"
    await clock.pass(2000)
    expect(tab.source()).toBe("a")
    expect(tab.session.view.recovered).toMatchObject([{ source: "alate" }])
    expect(tab.session.view.unsent).toBe(false)
  })

  it("does not take along what else the server said at that moment", async () => {
    const tab = open("t_a")
    await clock.settle()
    const refused: string[] = []
    tab.session.onRefused((op) => refused.push(op.type))
    server.refusal = "stale_base"
    tab.type("old")
    tab.session.wish({
      type: "insert_cell", cell: c2, cell_type: "code", after: null, source: "mine", metadata: {},
    })
    await clock.settle()
    expect(refused).toEqual(["insert_cell"])
  })
})

describe("what somebody wrote in a command", () => {
  it("goes out again when its refusal was not heard and the document is loaded anew", async () => {
    const tab = open("t_a")
    await clock.settle()
    const refused: string[] = []
    tab.session.onRefused((op) => refused.push(op.type))
    const hear = vi.spyOn(server, "hear")
    hear.mockImplementationOnce(() => undefined) // Refused, and the answer gets lost.
    tab.session.wish({
      type: "insert_cell", cell: cellId("n"), cell_type: "code", after: null, source: "mine", metadata: {},
    })
    tab.session.wish({ type: "set_cell_type", cell: c1, cell_type: "raw" })
    await clock.settle()
    server.keeps = 0
    server.cut()
    server.remove("c2")
    await clock.pass(2000)
    expect(server.source("n")).toBe("mine")
    expect(server.order).toEqual(["n", "c1"])
  })
})

describe("unsent text", () => {
  it("is known while the document is loaded anew", async () => {
    let whole = true
    const session = new NotebookSession({
      client: clientId("t_a"), clock, probe: () => Promise.resolve(null),
      open: (events) => server.open({
        ...events,
        received: (frame) => {
          // The first word behind the document is on its way.
          if (whole || typeof frame !== "string" || !frame.includes('"lease"')) events.received(frame)
        },
      }),
    })
    session.start()
    await clock.settle()
    server.cut()
    session.change(c1, { changes: { from: 1, insert: "mine" } })
    server.keeps = 0
    server.remove("c2")
    whole = false
    await clock.pass(2000)
    expect(session.view.state?.order).toEqual(["c1"])
    expect(session.unsentTexts()).toMatchObject([{ cell: "c1", source: "amine" }])
    expect(session.view.unsent).toBe(true)
  })
})

describe("a deleted cell", () => {
  it("that comes back has nothing of what was on its way before", async () => {
    const tab = open("t_a")
    await clock.settle()
    const hear = server.hear.bind(server)
    let late = (): void => undefined
    vi.spyOn(server, "hear").mockImplementationOnce((...push) => {
      late = () => hear(...push)
    })
    tab.type("mine")
    server.remove("c1")
    server.restore("c1", null)
    await clock.settle()
    expect(tab.session.view.recovered).toMatchObject([{ source: "amine" }])
    late()
    tab.type("new")
    await clock.settle()
    expect(server.source("c1")).toBe("anew")
    expect(tab.source()).toBe("anew")
    expect(tab.notices).toEqual([])
    expect(tab.session.view.connection.kind).toBe("online")
  })
})
