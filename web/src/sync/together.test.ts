/** Several people with one notebook: cells as wholes, and whose undo undoes what. */
import { undo as undoText } from "@codemirror/commands"
import { beforeEach, describe, expect, it } from "vitest"
import { cellId } from "../wire/ids"
import { c1, c2, clock, newWorld, open, server, type Tab } from "./testing/tabs"

beforeEach(() => newWorld())

describe("splitting", () => {
  const part = cellId("part")
  const splits = (): unknown[] => server.heard.filter(({ op }) =>
    typeof op === "object" && op !== null && "type" in op && op.type === "split_cell")

  it("waits until the server has the text", async () => {
    const tab = open("t_a")
    await clock.settle()
    tab.type("12")
    tab.session.split(c1, 2, part)
    expect(splits()).toEqual([])
    tab.type("!", 0)
    await clock.settle()
    expect(server.order.map((id) => server.source(id))).toEqual(["!a1", "2", "b"])
    expect(tab.session.view.state?.order).toEqual(["c1", "part", "c2"])
    expect(tab.source()).toBe("!a1")
  })

  it("is where the cursor was though others type before it", async () => {
    const [ann, bob] = [open("t_ann"), open("t_bob")]
    await clock.settle()
    ann.type("bcd")
    await clock.settle()
    bob.type(">>", 0)
    ann.session.split(c1, 2, part)
    await clock.settle()
    expect(server.order.map((id) => server.source(id))).toEqual([">>ab", "cd", "b"])
    expect(bob.source()).toBe(">>ab")
    expect(bob.source(part)).toBe("cd")
  })

  it("that was asked for offline is done when the network is back", async () => {
    const tab = open("t_a")
    await clock.settle()
    server.cut()
    tab.type("bc")
    tab.session.split(c1, 1, part)
    await clock.pass(2000)
    expect(server.order.map((id) => server.source(id))).toEqual(["a", "bc", "b"])
  })

  it("is forgotten when the document is another", async () => {
    const tab = open("t_a")
    await clock.settle()
    server.cut()
    tab.type("bc")
    tab.session.split(c1, 1, part)
    server.reload({ c1: "other" })
    await clock.pass(2000)
    expect(server.order).toEqual(["c1"])
    expect(tab.session.view.recovered).toMatchObject([{ source: "abc" }])
  })

  it("takes the cursor along that stands in the second part", async () => {
    const [ann, bob] = [open("t_ann"), open("t_bob")]
    await clock.settle()
    ann.type("bcd")
    await clock.settle()
    const moves: unknown[] = []
    bob.session.onCursorMoved((move) => moves.push(move))
    bob.session.change(c1, { selection: { anchor: 3 } })
    ann.session.split(c1, 2, part)
    await clock.settle()
    expect(moves).toEqual([{ from: "c1", to: "part", place: 1 }])
    bob.session.change(c1, { selection: { anchor: 1 } })
    ann.session.split(c1, 1, cellId("other"))
    await clock.settle()
    expect(moves).toHaveLength(1)
  })

  it("keeps what somebody else types into the cell at that moment", async () => {
    const [ann, bob] = [open("t_ann"), open("t_bob")]
    await clock.settle()
    ann.session.split(c1, 1, part)
    bob.type("bob")
    await clock.settle()
    expect(bob.source()).toBe("abob")
    expect(ann.source()).toBe("abob")
    expect(bob.session.view.recovered).toEqual([])
  })
})

describe("a merged cell", () => {
  it("leaves behind what somebody typed into it unsent", async () => {
    const [ann, bob] = [open("t_ann"), open("t_bob")]
    await clock.settle()
    server.cut()
    bob.type("late", undefined, c2)
    server.merge(["c1", "c2"], 1)
    await clock.pass(2000)
    expect(ann.source()).toBe("a\nb")
    expect(bob.source()).toBe("a\nb")
    expect(bob.session.view.recovered).toMatchObject([{ cell: "c2", source: "blate" }])
  })
})

describe("undo of text", () => {
  const undo = (tab: Tab): void => {
    const state = tab.session.view.state?.cells.get(c1)?.text
    if (state) undoText({ state, dispatch: (transaction) => tab.session.edit(c1, transaction.state) })
  }

  it("takes back one's own typing and leaves that of others", async () => {
    const [ann, bob] = [open("t_ann"), open("t_bob")]
    await clock.settle()
    ann.type("ann")
    await clock.settle()
    bob.type("bob")
    bob.type(">", 0)
    await clock.settle()
    undo(ann)
    await clock.settle()
    expect(server.source("c1")).toBe(">abob")
    undo(ann)
    expect(ann.source()).toBe(">abob")
  })

  it("does so after the server moved the text, and after a reconnect", async () => {
    const [ann, bob] = [open("t_ann"), open("t_bob")]
    await clock.settle()
    bob.type("[bob]", 0)
    ann.type("ann") // Made on a text that lacks Bob's; the server moves it.
    await clock.settle()
    server.cut()
    ann.type("!")
    await clock.pass(3000)
    bob.type("?", 0)
    await clock.settle()
    undo(ann)
    await clock.settle()
    expect(server.source("c1")).toBe("?[bob]a")
    expect(bob.source()).toBe("?[bob]a")
  })

  it("leaves what the server wrote", async () => {
    const ann = open("t_ann")
    await clock.settle()
    ann.type("ann")
    await clock.settle()
    server.write("c1", { from: 4, insert: " restored" })
    await clock.settle()
    undo(ann)
    expect(ann.source()).toBe("a restored")
  })
})

describe("a cell that was deleted", () => {
  it("goes on with its text", async () => {
    const [ann, bob] = [open("t_ann"), open("t_bob")]
    await clock.settle()
    ann.type("1")
    await clock.settle()
    ann.session.wish({ type: "delete_cell", cell: c1 })
    ann.session.wish({ type: "restore_cell", cell: c1, after: null })
    await clock.settle()
    ann.type("2")
    bob.type("3", 0)
    await clock.settle()
    expect(server.source("c1")).toBe("3a12")
    expect([ann.source(), bob.source()]).toEqual(["3a12", "3a12"])
    expect(ann.session.view.state?.bin).toEqual([])
  })
})
