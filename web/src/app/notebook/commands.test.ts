import { beforeEach, describe, expect, it } from "vitest"
import { meaningOf, type KeyPress } from "../../model/keymap"
import { NotebookSession } from "../../sync/session"
import { FakeClock } from "../../sync/testing/fake_clock"
import { FakeServer } from "../../sync/testing/fake_server"
import { cellId, clientId } from "../../wire/ids"
import { NotebookCommands, type CommandName } from "./commands"
import { NotebookFocus } from "./focus"
import { currentKeymap, setKeys, shortcutOf } from "./registry/key_settings"

let clock: FakeClock
let server: FakeServer
let session: NotebookSession
let focus: NotebookFocus
let commands: NotebookCommands
let undo: (() => void) | null
let asked: string[]
let trusted: boolean

beforeEach(async () => {
  clock = new FakeClock()
  server = new FakeServer({ a: "1", b: "", c: "3" })
  session = new NotebookSession({
    client: clientId("t_a"), open: server.open, clock, probe: () => Promise.resolve(null),
  })
  focus = new NotebookFocus()
  undo = null
  asked = []
  trusted = true
  commands = new NotebookCommands(session, focus, {
    cellsDeleted: (_count, again) => { undo = again },
    notUndone: ({ kind }) => asked.push(`cannot undo ${kind}`),
    confirmRestart: () => asked.push("restart"),
    savesByItself: () => asked.push("save"),
    comment: (cell) => asked.push(`comment on ${cell}`),
    pins: () => asked.push("pin"),
    runsElsewhere: (name) => asked.push(`elsewhere ${name}`),
    mayNotRun: (cells) => asked.push(`may not run ${cells.join()}`),
    mayNotEdit: (cell) => asked.push(`may not edit ${cell}`),
    runPart: (cell, code) => asked.push(`run of ${cell}: ${code}`),
    beforeRun: (go) => {
      if (trusted) go()
      else asked.push("trust?")
    },
  })
  session.start()
  await clock.settle()
})

async function execute(name: CommandName, cell?: string): Promise<void> {
  if (cell !== undefined) focus.move(cellId(cell), "cell")
  commands.execute(name)
  await clock.settle()
}

const lastOp = (): unknown => server.heard.at(-1)?.op

describe("running", () => {
  it("runs what is selected in a cell by itself, else the cells", async () => {
    focus.move(cellId("a"), "edit")
    await execute("run_selection", "a")
    expect(lastOp()).toEqual({ type: "run", cells: ["a"] })
    session.change(cellId("c"), { selection: { anchor: 0, head: 1 } })
    focus.move(cellId("c"), "edit")
    commands.execute("run_selection")
    expect(asked).toEqual(["run of c: 3"])
  })
  it("stays, goes on, or makes a cell below", async () => {
    await execute("run", "a")
    expect(lastOp()).toEqual({ type: "run", cells: ["a"] })
    expect(focus.view).toMatchObject({ cell: "a" })
    await execute("run_and_next", "c")
    const made = server.order.at(-1)
    expect(server.order).toHaveLength(4)
    expect(focus.view).toMatchObject({ cell: made, mode: "edit" })
    await execute("run_and_insert", "a")
    expect(server.order).toHaveLength(5)
    expect(server.order[1]).toBe(focus.view.cell)
  })

  it("goes to the next cell where there is one", async () => {
    await execute("run_and_next", "a")
    expect(server.order).toHaveLength(3)
    expect(focus.view).toMatchObject({ cell: "b", mode: "cell" })
  })

  it("passes over empty cells and those that wait already", async () => {
    await execute("run_all")
    expect(lastOp()).toEqual({ type: "run", cells: ["a", "c"] })
    const before = server.heard.length
    await execute("run_all")
    await execute("run", "b")
    expect(server.heard).toHaveLength(before)
  })

  it("waits until the person trusts who wrote it", async () => {
    trusted = false
    const before = server.heard.length
    await execute("run", "a")
    expect(asked).toEqual(["trust?"])
    expect(server.heard).toHaveLength(before)
  })

  it("is no matter of those who only look: they are led to a playground", async () => {
    server.tell({ type: "role", role: "viewer" })
    await clock.settle()
    const before = server.heard.length
    await execute("run_and_next", "a")
    await execute("run_all")
    commands.toggleRun(cellId("c"))
    commands.connect()
    await execute("edit", "b")
    expect(asked).toEqual(["may not run a", "may not run a,b,c", "may not run c", "may not run ", "may not edit b"])
    expect(server.heard.slice(before).filter(({ type }) => type !== "presence")).toEqual([])
  })

  it("of a waiting cell by its button takes it out of the queue", async () => {
    await execute("run", "a")
    commands.toggleRun(cellId("a"))
    expect(lastOp()).toEqual({ type: "cancel_runs", cells: ["a"] })
  })
})

describe("structure", () => {
  it("inserts above and below, and goes there", async () => {
    await execute("insert_above", "a")
    expect(server.order[0]).toBe(focus.view.cell)
    await execute("insert_below", "c")
    expect(server.order.at(-1)).toBe(focus.view.cell)
    expect(focus.view.mode).toBe("edit")
  })

  it("moves by one place", async () => {
    await execute("move_up", "c")
    expect(lastOp()).toEqual({ type: "move_cell", cell: "c", after: "a" })
    await execute("move_up", "c")
    expect(lastOp()).toEqual({ type: "move_cell", cell: "c", after: null })
    await execute("move_down", "a")
    expect(server.order).toEqual(["c", "b", "a"])
    const before = server.heard.length
    await execute("move_up", "c")
    await execute("move_down", "a")
    expect(server.heard).toHaveLength(before)
  })

  it("deletes, goes to a neighbour, and can take it back", async () => {
    await execute("delete", "c")
    expect(server.order).toEqual(["a", "b"])
    expect(focus.view.cell).toBe("b")
    undo?.()
    await clock.settle()
    expect(server.order.map((id) => server.source(id))).toEqual(["1", "", "3"])
  })

  it("offers nothing to take back for an empty cell", async () => {
    await execute("delete", "b")
    expect(undo).toBeNull()
    expect(focus.view.cell).toBe("c")
  })

  it("converts only to what the cell is not", async () => {
    const before = server.heard.length
    await execute("to_code", "a")
    expect(server.heard).toHaveLength(before)
    await execute("to_text", "a")
    expect(lastOp()).toEqual({ type: "set_cell_type", cell: "a", cell_type: "markdown" })
  })

  it("does nothing for a cell that is gone", async () => {
    const before = server.heard.length
    for (const name of ["run", "delete", "move_up", "insert_below", "to_text"] as const) {
      await execute(name, "gone")
    }
    expect(server.heard).toHaveLength(before)
  })
})

describe("undoing what was done to cells", () => {
  const sources = (): unknown[] => server.order.map((id) => server.source(id))
  const undone = async (): Promise<void> => execute("undo")

  it("brings a deleted cell back with its id, where it stood", async () => {
    await execute("delete", "b")
    await undone()
    expect(server.order).toEqual(["a", "b", "c"])
    expect(focus.view.cell).toBe("b")
    await execute("redo")
    expect(server.order).toEqual(["a", "c"])
  })

  it("takes back an insertion, though others have written into it; it is in the bin", async () => {
    await execute("insert_below", "a")
    const made = server.order[1] ?? ""
    await undone()
    expect(server.order).toEqual(["a", "b", "c"])
    expect(server.bin.has(made)).toBe(true)
    await execute("redo")
    expect(server.order[1]).toBe(made)
  })

  it("moves and converts back, one step after the other", async () => {
    await execute("move_down", "a")
    await execute("to_text", "c")
    await undone()
    expect(session.view.state?.cells.get(cellId("c"))?.cell_type).toBe("code")
    await undone()
    expect(server.order).toEqual(["a", "b", "c"])
    const before = server.heard.length
    await undone()
    expect(server.heard).toHaveLength(before)
  })

  it("joins what was split, and parts what was merged", async () => {
    await execute("merge", "a")
    expect(sources()).toEqual(["1", "3"])
    await undone()
    expect(sources()).toEqual(["1", "", "3"])
    await execute("redo")
    await undone()
    expect(server.order).toEqual(["a", "b", "c"])
    focus.move(cellId("a"), "edit")
    session.change(cellId("a"), { changes: { from: 1, insert: "23" }, selection: { anchor: 2 } })
    commands.execute("split")
    await clock.settle()
    expect(sources()).toEqual(["12", "3", "", "3"])
    await undone()
    expect(sources()).toEqual(["123", "", "3"])
  })

  it("leaves a merge whose text was changed since, and says so", async () => {
    await execute("merge", "b")
    session.change(cellId("b"), { changes: { from: 2, insert: "!" } })
    await undone()
    expect(sources()).toEqual(["1", "\n3!"])
    expect(asked).toEqual(["cannot undo merge"])
  })

  it("leaves what others did", async () => {
    await execute("move_down", "a")
    server.remove("c")
    server.insert("theirs", "x", "b")
    await clock.settle()
    await undone()
    expect(server.order).toEqual(["a", "b", "theirs"])
  })

  it("is not to be had where the cell is gone", async () => {
    await execute("to_text", "c")
    server.remove("c")
    await clock.settle()
    await undone()
    expect(asked).toEqual(["cannot undo convert"])
  })
})

describe("several cells", () => {
  const chosen = (): unknown[] => [...focus.view.chosen]

  it("are chosen from where it began, further and back", async () => {
    await execute("extend_down", "a")
    await execute("extend_down")
    expect(chosen()).toEqual(["a", "b", "c"])
    await execute("extend_up")
    expect(chosen()).toEqual(["a", "b"])
    await execute("extend_up")
    expect(chosen()).toEqual([])
    focus.extend(cellId("c"), session.view.state?.order ?? [])
    expect(chosen()).toEqual(["a", "b", "c"])
    focus.move(cellId("b"), "cell")
    expect(chosen()).toEqual([])
  })

  it("run, go, and come back together", async () => {
    focus.move(cellId("a"), "cell")
    focus.extend(cellId("c"), session.view.state?.order ?? [])
    await execute("run")
    expect(lastOp()).toEqual({ type: "run", cells: ["a", "c"] })
    await execute("delete")
    expect(server.order).toEqual([])
    await execute("undo")
    expect(server.order).toEqual(["a", "b", "c"])
  })

  it("move by one place, and back", async () => {
    await execute("extend_down", "a")
    await execute("move_down")
    expect(server.order).toEqual(["c", "a", "b"])
    expect(chosen()).toEqual(["a", "b"])
    await execute("move_up")
    expect(server.order).toEqual(["a", "b", "c"])
    await execute("undo")
    expect(server.order).toEqual(["c", "a", "b"])
  })

  it("are merged into one", async () => {
    focus.move(cellId("c"), "cell")
    focus.extend(cellId("a"), session.view.state?.order ?? [])
    await execute("merge")
    expect(server.order).toEqual(["a"])
    expect(server.source("a")).toBe("1\n3")
    await execute("undo")
    expect(server.order.map((id) => server.source(id))).toEqual(["1", "", "3"])
  })
})

describe("moving about", () => {
  it("steps through the cells and stops at the ends", async () => {
    await execute("next", "a")
    expect(focus.view.cell).toBe("b")
    await execute("previous")
    await execute("previous")
    expect(focus.view.cell).toBe("a")
  })

  it("goes into the editor and out of it", async () => {
    await execute("edit", "a")
    expect(focus.view).toMatchObject({ cell: "a", mode: "edit" })
    await execute("leave")
    expect(focus.view).toMatchObject({ cell: "a", mode: "cell" })
  })

  it("asks before a restart", async () => {
    await execute("restart")
    await execute("save")
    expect(asked).toEqual(["restart", "save"])
  })
})

describe("keys", () => {
  const press = (key: string, more: Partial<KeyPress> = {}): KeyPress =>
    ({ key, ctrlKey: false, metaKey: false, shiftKey: false, altKey: false, ...more })
  const ctrl = { ctrlKey: true }
  const command = (id: string): unknown => ({ kind: "command", id })
  const meaning = (pressed: KeyPress, pending: string, inCell: boolean): unknown =>
    meaningOf(currentKeymap(), pressed, pending, inCell)

  it.each([
    ["Enter", {}, "edit"], ["Enter", ctrl, "run"], ["Enter", { metaKey: true }, "run"],
    ["Enter", { shiftKey: true }, "run_and_next"], ["Enter", { altKey: true }, "run_and_insert"],
    ["ArrowUp", {}, "go_previous"], ["ArrowDown", {}, "go_next"], ["ArrowDown", { shiftKey: true }, "extend_down"],
    ["F9", ctrl, "run_all"], ["s", ctrl, "save"], ["P", { ...ctrl, shiftKey: true }, "palette"],
  ])("%s %o on a cell means %s", (key, more, id) => {
    expect(meaning(press(key, more), "", true)).toEqual(command(id))
  })

  it("leave the editor its own", () => {
    for (const key of ["Enter", "ArrowUp", "a", "Escape"]) expect(meaning(press(key), "", false)).toBeNull()
    expect(meaning(press("a"), "", true)).toBeNull()
    expect(meaning(press("Enter", { shiftKey: true }), "", false)).toBeNull()
    expect(meaning(press("F9", ctrl), "", false)).toEqual(command("run_all"))
  })

  it.each([
    ["a", "insert_above"], ["b", "insert_below"], ["d", "delete"], ["m", "to_text"],
    ["y", "to_code"], ["k", "move_up"], ["j", "move_down"], ["i", "interrupt"], [".", "restart"], ["-", "split"],
    ["/", "merge"], ["z", "undo"], ["h", "shortcuts"],
  ])("Ctrl+M %s means %s", (key, id) => {
    expect(meaning(press("m", ctrl), "", false)).toEqual({ kind: "pending", stroke: "Mod+M" })
    expect(meaning(press(key), "Mod+M", false)).toEqual(command(id))
    expect(meaning(press(key, ctrl), "Mod+M", true)).toEqual(command(id))
  })

  it("are single letters in Jupyter's map, and what the person chose in any", () => {
    setKeys({ map: "jupyter", own: new Map([["to_text", ["T"]]]) })
    expect(meaning(press("a"), "", true)).toEqual(command("insert_above"))
    expect(meaning(press("a"), "", false)).toBeNull()
    expect(meaning(press("d"), "D", true)).toEqual(command("delete"))
    expect(shortcutOf("to_text")).toBe("T")
    setKeys({ map: "default", own: new Map() })
    expect(meaning(press("a"), "", true)).toBeNull()
    expect(shortcutOf("to_text")).toBe("Ctrl+M M")
  })
})

describe("typing ahead", () => {
  it("keeps what is typed for a cell to come, for one editor, until the focus goes elsewhere", () => {
    commands.insert("code", cellId("a"))
    focus.noteTyped("x = 1")
    expect(focus.takeTyped()).toBe("x = 1")
    expect(focus.takeTyped()).toBe("")
    focus.noteTyped("y")
    focus.move(cellId("b"), "edit")
    expect(focus.takeTyped()).toBe("")
  })
})

describe("groups", () => {
  it("before and below are run as they are written", async () => {
    await execute("run_before", "c")
    expect(lastOp()).toEqual({ type: "run", cells: ["a"] })
    await execute("run_after", "c")
    expect(lastOp()).toEqual({ type: "run", cells: ["c"] })
  })
})
