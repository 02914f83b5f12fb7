import { beforeEach, describe, expect, it } from "vitest"
import { cellId, clientId } from "../wire/ids"
import { c1, c2, clock, newWorld, open, server, type Tab } from "./testing/tabs"

beforeEach(() => newWorld())

const told = (tab: Tab): unknown[] =>
  server.heard.filter(({ type }, i) => type === "presence" && server.speakers[i] === tab.session.client)

/** Puts the cursor somewhere in c1, as a person does. */
function select(tab: Tab, anchor: number, head = anchor): void {
  const text = tab.session.view.state?.cells.get(c1)?.text
  if (text) tab.session.edit(c1, text.update({ selection: { anchor, head } }).state)
}

const carets = (tab: Tab): unknown => tab.session.presence.caretsIn(c1)
  .map(({ person, selection }) => [person.name, ...selection.flat()])

/** Two people; Ann's keyboard is in c1. */
async function annAndBob(): Promise<[Tab, Tab]> {
  const [ann, bob] = [open("t_ann"), open("t_bob")]
  await clock.settle()
  ann.session.presence.at({ cell: c1, inText: true, active: true })
  await clock.pass(200)
  return [ann, bob]
}

describe("who is here", () => {
  it("is known to all, with the cell they are in", async () => {
    const [ann, bob] = await annAndBob()
    expect(bob.session.view.people.map(({ name, cell, editing }) => [name, cell, editing]))
      .toEqual([["t_ann", "c1", true], ["t_bob", null, false]])
    expect(ann.session.view.people).toHaveLength(2)
  })

  it("is forgotten with those who leave, and while the network is away", async () => {
    const [ann, bob] = await annAndBob()
    ann.session.stop()
    await clock.settle()
    expect(bob.session.view.people.map(({ name }) => name)).toEqual(["t_bob"])
    server.cut()
    expect(bob.session.view.people).toEqual([])
    await clock.pass(3000)
    expect(bob.session.view.people.map(({ name }) => name)).toEqual(["t_bob"])
  })

  it("comes back with its place after a cut", async () => {
    const [ann, bob] = await annAndBob()
    select(ann, 1)
    await clock.pass(200)
    server.cut()
    await clock.pass(3000)
    expect(carets(bob)).toEqual([["t_ann", 1, 1]])
  })

  it("is the same list while only cursors move", async () => {
    const [ann, bob] = await annAndBob()
    const { people } = bob.session.view
    select(ann, 1)
    ann.type("x")
    await clock.pass(300)
    expect(bob.session.view.people).toBe(people)
  })

  it("no more counts as editing after a minute of nothing, or in another window", async () => {
    const [ann, bob] = await annAndBob()
    await clock.pass(59_000)
    expect(bob.session.view.people[0]?.editing).toBe(true)
    await clock.pass(2_000)
    expect(bob.session.view.people[0]?.editing).toBe(false)
    select(ann, 1)
    await clock.pass(200)
    expect(bob.session.view.people[0]?.editing).toBe(true)
    ann.session.presence.at({ cell: c1, inText: true, active: false })
    await clock.pass(200)
    expect(bob.session.view.people[0]?.editing).toBe(false)
  })
})

describe("somebody's cursor", () => {
  it("follows what they type without a word about it", async () => {
    const [ann, bob] = await annAndBob()
    select(ann, 1)
    await clock.pass(200)
    const before = told(ann).length
    for (const letter of "hello") {
      const text = ann.session.view.state?.cells.get(c1)?.text
      const at = text?.selection.main.head ?? 0
      if (text) {
        ann.session.edit(c1, text.update({ changes: { from: at, insert: letter }, selection: { anchor: at + 1 } }).state)
      }
      await clock.pass(150)
    }
    expect(carets(bob)).toEqual([["t_ann", 6, 6]])
    expect(told(ann)).toHaveLength(before)
  })

  it("is moved by what others type, and shown over what is typed here", async () => {
    const [ann, bob] = await annAndBob()
    select(ann, 1)
    await clock.pass(200)
    server.hear = () => undefined // Bob's text does not get through for a while.
    bob.type("12", 0)
    expect(carets(bob)).toEqual([["t_ann", 3, 3]])
    expect(told(ann)).toHaveLength(2)
  })

  it("lies as they have it when the word of it comes after what they typed", async () => {
    const [ann, bob] = await annAndBob()
    ann.type("b")
    await clock.settle()
    server.tell({
      type: "presence",
      moved: [{ client: "t_ann", cell: "c1", selection: [[1, 1]], version: 0, editing: true }],
    })
    await clock.settle()
    expect(carets(bob)).toEqual([["t_ann", 2, 2]])
  })

  it("is told when typing leaves it elsewhere than behind the text", async () => {
    const [ann, bob] = await annAndBob()
    const text = ann.session.view.state?.cells.get(c1)?.text
    if (text) ann.session.edit(c1, text.update({ changes: { from: 1, insert: "()" }, selection: { anchor: 2 } }).state)
    await clock.pass(300)
    expect(carets(bob)).toEqual([["t_ann", 2, 2]])
  })

  it("is told at most ten times a second", async () => {
    const [ann, bob] = await annAndBob()
    ann.type("bcdefghijk")
    await clock.pass(500)
    const before = told(ann).length
    for (let i = 0; i < 50; i += 1) {
      select(ann, i % 10)
      await clock.pass(10)
    }
    await clock.pass(200)
    expect(told(ann).length - before).toBeLessThanOrEqual(7)
    expect(carets(bob)).toEqual([["t_ann", 9, 9]])
  })

  it("is nowhere in a text that was loaded anew", async () => {
    const [, bob] = await annAndBob()
    server.tell({
      type: "presence",
      moved: [{ client: "t_ann", cell: "c1", selection: [[90, 99]], version: 77, editing: true }],
    })
    await clock.settle()
    expect(carets(bob)).toEqual([["t_ann", 1, 1]]) // Never beyond the end.
  })

  it("is told to the view of its cell", async () => {
    const [ann, bob] = await annAndBob()
    let turns = 0
    bob.session.presence.onCarets(c1, () => { turns += 1 })
    bob.session.presence.onCarets(c2, () => { throw new Error("not this cell's") })
    select(ann, 1)
    await clock.pass(200)
    expect(turns).toBe(1)
    expect(bob.session.presence.caretsIn(c1)[0]?.person.client).toBe(clientId("t_ann"))
    expect(bob.session.presence.caretsIn(cellId("gone"))).toEqual([])
  })
})
