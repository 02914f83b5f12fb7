import { beforeEach, describe, expect, it, vi } from "vitest"
import { cellId } from "../wire/ids"
import { c1, c2, clock, newWorld, open, server } from "./testing/tabs"

const pushes = (): unknown[] => server.heard.filter(({ op }) =>
  typeof op === "object" && op !== null && "type" in op && op.type === "push_text")

beforeEach(() => {
  newWorld()
  vi.spyOn(console, "warn").mockReturnValue(undefined)
})

describe("typing", () => {
  it("shows at once and reaches the server", async () => {
    const tab = open("t_a")
    await clock.settle()
    tab.type("x")
    expect(tab.source()).toBe("ax")
    await clock.settle()
    expect(server.source("c1")).toBe("ax")
    expect(tab.session.view.unsent).toBe(false)
  })

  it("is told to views a moment later and together, all else at once", async () => {
    const [tab, other] = [open("t_a"), open("t_b")]
    await clock.settle()
    const told: (string | undefined)[] = []
    tab.session.subscribe(() => told.push(tab.source()))
    tab.type("x")
    await clock.settle()
    other.type("y")
    await clock.settle()
    expect(told).toEqual([])
    await clock.pass(100)
    expect(told).toEqual(["axy"])
    tab.type("z")
    tab.session.wish({ type: "run", cells: [c1] })
    expect(told.at(-1)).toBe("axyz")
  })

  it("has one push on its way and sends the rest together", async () => {
    const tab = open("t_a")
    await clock.settle()
    for (const letter of "hello") tab.type(letter)
    expect(pushes()).toHaveLength(1)
    await clock.settle()
    expect(pushes()).toHaveLength(2)
    expect(server.source("c1")).toBe("ahello")
  })

  it("of two people merges to the same text for both", async () => {
    const [ann, bob] = [open("t_ann"), open("t_bob")]
    await clock.settle()
    for (let round = 0; round < 30; round += 1) {
      ann.type(`<${round}>`, 0)
      bob.type(`[${round}]`)
      if (round % 3 === 0) ann.type("!", 1)
      if (round % 4 === 0) await clock.settle()
    }
    await clock.settle()
    expect(ann.source()).toBe(server.source("c1"))
    expect(bob.source()).toBe(server.source("c1"))
    expect(server.source("c1")).toContain("[29]")
  })

  it("goes to the server before a run that is asked for behind it", async () => {
    const tab = open("t_a")
    await clock.settle()
    tab.type("1")
    tab.type("2")
    tab.session.wish({ type: "run", cells: [c1] })
    const ops = server.heard.flatMap(({ op }) =>
      typeof op === "object" && op !== null && "type" in op ? [op.type] : [])
    expect(ops).toEqual(["push_text", "push_text", "run"])
    expect(server.source("c1")).toBe("a12")
    await clock.settle()
    expect(tab.session.view.unsent).toBe(false)
  })

  it("tells the cell's view of what others type, after the model has it", async () => {
    const [ann, bob] = [open("t_ann"), open("t_bob")]
    await clock.settle()
    const seen: string[] = []
    bob.session.onText(c1, (transactions) => {
      const text = transactions.at(-1)?.state.doc.toString() ?? ""
      expect(bob.source()).toBe(text)
      seen.push(text)
    })
    ann.type("!")
    await clock.settle()
    expect(seen).toEqual(["a!"])
  })
})

describe("a cut connection", () => {
  it("comes back by itself and goes on where it was", async () => {
    const tab = open("t_a")
    await clock.settle()
    server.cut()
    expect(tab.session.view.connection.kind).toBe("offline")
    server.record({ type: "notebook_metadata_changed", metadata: { x: 1 } })
    await clock.pass(2000)
    expect(tab.session.view.connection.kind).toBe("online")
    expect(tab.session.view.state?.metadata).toEqual({ x: 1 })
    expect(server.heard.at(-1)).toMatchObject({ type: "hello", epoch: "e_1", seq: 0 })
  })

  it("keeps what is typed meanwhile and sends it then", async () => {
    const tab = open("t_a")
    await clock.settle()
    server.cut()
    tab.type("offline")
    expect(tab.session.view.unsent).toBe(true)
    server.record({ type: "notebook_metadata_changed", metadata: {} })
    await clock.pass(2000)
    expect(server.source("c1")).toBe("aoffline")
    expect(tab.session.view.recovered).toEqual([])
  })

  it("that swallows the echo of a push makes nothing twice", async () => {
    const tab = open("t_a")
    await clock.settle()
    tab.type("x")
    server.cut() // The record is in the log; its echo waits in a queue that is dropped.
    expect(server.source("c1")).toBe("ax")
    await clock.pass(2000)
    tab.type("y")
    await clock.settle()
    expect(server.source("c1")).toBe("axy")
    expect(tab.source()).toBe("axy")
  })

  it("sends commands again that were asked for meanwhile, behind the text", async () => {
    const tab = open("t_a")
    await clock.settle()
    server.cut()
    tab.session.wish({ type: "insert_cell", cell: cellId("n"), cell_type: "code", after: c1,
      source: "", metadata: {} })
    tab.type("z")
    await clock.pass(2000)
    expect(server.order).toEqual(["c1", "n", "c2"])
    expect(server.source("c1")).toBe("az")
    expect(tab.session.view.state?.order).toEqual(["c1", "n", "c2"])
    expect(tab.session.view.unsent).toBe(false)
  })

  it("is noticed by its silence", async () => {
    const tab = open("t_a")
    await clock.settle()
    server.hear = () => undefined
    await clock.pass(60_000)
    expect(tab.session.view.connection.kind).not.toBe("online")
  })

  it("is noticed soon after the computer slept", async () => {
    const tab = open("t_a")
    await clock.settle()
    server.forget() // The network is another by now; nobody says so.
    clock.sleep(3_600_000)
    await clock.pass(10_000)
    expect(tab.session.view.connection.kind).toBe("online")
    tab.type("x")
    await clock.settle()
    expect(server.source("c1")).toBe("ax")
  })

  it("is looked for when the window is looked at again", async () => {
    const tab = open("t_a")
    await clock.settle()
    server.forget()
    tab.session.start()
    await clock.pass(4_500)
    tab.type("x")
    await clock.settle()
    expect(server.source("c1")).toBe("ax")
  })

  it("that answers is left alone", async () => {
    const tab = open("t_a")
    await clock.settle()
    const hellos = (): number => server.heard.filter(({ type }) => type === "hello").length
    tab.session.start()
    await clock.pass(60_000)
    clock.sleep(60_000)
    await clock.pass(10_000)
    expect(hellos()).toBe(1)
  })

  it("is not proven by what was on its way before", async () => {
    const tab = open("t_a")
    await clock.settle()
    server.hear = () => undefined
    tab.session.start()
    server.tell({ type: "people", people: [] })
    await clock.pass(9_000)
    expect(tab.session.view.connection.kind).not.toBe("online")
  })

  it("waits longer after each failure", async () => {
    const tab = open("t_a")
    await clock.settle()
    const waits: number[] = []
    for (let i = 0; i < 8; i += 1) {
      server.cut()
      const { connection } = tab.session.view
      if (connection.kind === "offline") waits.push(connection.retry_ms)
      server.hear = () => undefined
      await clock.pass(20_000)
    }
    expect(waits[0]).toBeLessThan(1000)
    expect(waits.at(-1)).toBeGreaterThan(10_000)
    expect(Math.max(...waits)).toBeLessThan(20_000)
  })
})

describe("a document that was loaded anew", () => {
  it("keeps unsent text where the server's has not moved", async () => {
    const tab = open("t_a")
    await clock.settle()
    server.cut()
    tab.type("mine")
    server.keeps = 0
    server.record({ type: "notebook_metadata_changed", metadata: {} })
    await clock.pass(2000)
    expect(server.source("c1")).toBe("amine")
    expect(tab.session.view.recovered).toEqual([])
  })

  it("offers unsent text that fits nowhere as a cell of its own", async () => {
    const tab = open("t_a")
    await clock.settle()
    server.cut()
    tab.type("mine")
    server.reload({ c1: "other" })
    await clock.pass(2000)
    expect(tab.source()).toBe("other")
    const [text] = tab.session.view.recovered
    expect(text).toMatchObject({ cell: "c1", source: "amine" })
    if (text) tab.session.resolveRecovered(text.id, true)
    await clock.settle()
    expect(server.order.map((id) => server.source(id))).toEqual(["other", "amine"])
    expect(tab.session.view.recovered).toEqual([])
  })

  it("does not offer text that had arrived", async () => {
    const tab = open("t_a")
    await clock.settle()
    tab.type("x")
    server.cut()
    server.keeps = 0
    await clock.pass(2000)
    expect(tab.source()).toBe("ax")
    expect(tab.session.view.recovered).toEqual([])
    tab.type("y")
    await clock.settle()
    expect(server.source("c1")).toBe("axy")
  })

  it("follows a gap in the records", async () => {
    const tab = open("t_a")
    await clock.settle()
    server.seq += 5
    server.insert("late", "late", "c2")
    await clock.pass(2000)
    expect(tab.session.view.state?.order).toEqual(["c1", "c2", "late"])
    expect(tab.session.view.state?.seq).toBe(6)
  })

  it("takes the place of a text whose base is too old, which is offered", async () => {
    const tab = open("t_a")
    await clock.settle()
    server.refusal = "stale_base"
    tab.type("old")
    await clock.settle()
    server.refusal = null
    await clock.pass(3000)
    expect(tab.source()).toBe("a")
    expect(tab.session.view.recovered).toMatchObject([{ source: "aold" }])
    expect(tab.session.view.unsent).toBe(false)
  })
})

describe("a deleted cell", () => {
  it("leaves behind what was typed into it unsent", async () => {
    const tab = open("t_a")
    await clock.settle()
    server.cut()
    tab.type("mine")
    server.remove("c1")
    await clock.pass(2000)
    expect(tab.session.view.state?.order).toEqual(["c2"])
    expect(tab.session.view.recovered).toMatchObject([{ source: "amine" }])
  })
})

describe("the server's no", () => {
  it("is told, and the command forgotten", async () => {
    const tab = open("t_a")
    await clock.settle()
    tab.session.wish({ type: "set_notebook_metadata", metadata: {} })
    await clock.settle()
    expect(tab.notices).toEqual(["refused: invalid"])
    expect(tab.session.view.unsent).toBe(false)
  })

  it("to the whole page ends the connection, with the reason", async () => {
    const tab = open("t_a")
    await clock.settle()
    server.cut(4404)
    expect(tab.session.view.connection).toMatchObject({ kind: "ended", ending: "not_found" })
  })

  it("after a handshake that failed is found out over HTTP", async () => {
    server.hear = () => undefined
    const tab = open("t_a", () => Promise.resolve("signed_out"))
    await clock.settle()
    server.cut()
    await clock.settle()
    expect(tab.session.view.connection).toMatchObject({ kind: "ended", ending: "signed_out" })
    tab.session.revive()
    expect(tab.session.view.connection.kind).toBe("connecting")
  })

  it("of malformed messages begins the connection anew", async () => {
    const tab = open("t_a")
    await clock.settle()
    server.tell({ type: "records", epoch: "e_1", records: [{ seq: 1, type: "nonsense" }] })
    expect(tab.session.view.connection.kind).toBe("offline")
    await clock.pass(2000)
    expect(tab.session.view.connection.kind).toBe("online")
  })
})

describe("a flood of records", () => {
  it("is told to the views once a frame", async () => {
    const tab = open("t_a")
    await clock.settle()
    const told = vi.fn()
    tab.session.subscribe(told)
    for (let i = 0; i < 100; i += 1) {
      server.record({ type: "stream_appended", cell: "c1", execution: "x", name: "stdout", text: "line\n" })
    }
    await clock.settle()
    expect(told).toHaveBeenCalledTimes(1)
    expect(tab.session.view.state?.cells.get(c1)?.outputs).toMatchObject([{ text: "line\n".repeat(100) }])
  })
})

/** mulberry32: small, and the same everywhere. */
function randomOf(seed: number): (below: number) => number {
  let state = seed
  return (below) => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) % below
  }
}

describe("three people with a bad network", () => {
  it.each(Array.from({ length: 200 }, (_, seed) => seed))("end with one text (seed %i)", async (seed) => {
    const random = randomOf(seed)
    const tabs = ["t_1", "t_2", "t_3"].map((name) => open(name))
    await clock.settle()
    for (let step = 0; step < 120; step += 1) {
      const tab = tabs[random(3)]
      const id = random(2) ? c1 : c2
      const text = tab?.session.view.state?.cells.get(id)?.text
      if (!tab || !text) throw new Error("the cell is gone")
      const from = random(text.doc.length + 1)
      const to = Math.min(text.doc.length, from + random(4))
      const insert = random(3) ? `${step}${random(2) ? "\n" : ";"}` : ""
      tab.session.edit(id, text.update({ changes: { from, to, insert } }).state)
      const fate = random(20)
      if (fate === 0) server.cut()
      else if (fate < 3) await clock.pass(random(3000))
      else if (fate < 9) await clock.settle()
    }
    await clock.pass(40_000)
    for (const tab of tabs) {
      expect(tab.source(c1)).toBe(server.source("c1"))
      expect(tab.source(c2)).toBe(server.source("c2"))
      expect(tab.session.view).toMatchObject({ unsent: false, recovered: [] })
      expect(tab.notices).toEqual([])
    }
  })
})
