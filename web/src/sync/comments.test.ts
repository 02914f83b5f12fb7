import { beforeEach, describe, expect, it } from "vitest"
import { draftPlace, markDraft, placeHere } from "../model/cell_text"
import type { Thread } from "../wire/comment"
import { commentId, threadId } from "../wire/ids"
import { c1, clock, newWorld, open, server, type Tab } from "./testing/tabs"

beforeEach(() => newWorld())

const thread = threadId("h")
const first = { thread, comment: commentId("m"), cell: c1, text: "Why?" }
const threads = (tab: Tab): readonly Thread[] => tab.session.view.state?.threads ?? []

describe("a comment on a part of the text", () => {
  it("waits until the server has that text, and then is where it was marked", async () => {
    const [ann, bob] = [open("t_ann"), open("t_bob")]
    await clock.settle()
    ann.type("bcd")
    ann.session.change(c1, markDraft(thread, { from: 1, to: 3 }))
    bob.type(">>", 0)
    ann.session.startThread(first)
    await clock.settle()
    expect(bob.source()).toBe(">>abcd")
    for (const tab of [ann, bob]) expect(threads(tab)).toMatchObject([{ anchor: { from: 3, to: 5 } }])
  })

  it("keeps its place while somebody types who has not told the server yet", async () => {
    const [ann, bob] = [open("t_ann"), open("t_bob")]
    await clock.settle()
    ann.session.change(c1, markDraft(thread, { from: 0, to: 1 }))
    ann.session.startThread(first)
    await clock.settle()
    server.cut()
    bob.type("offline ", 0)
    const cell = bob.session.view.state?.cells.get(c1)
    const anchor = threads(bob)[0]?.anchor
    expect(cell && anchor && placeHere(cell.text, anchor)).toEqual({ from: 8, to: 9 })
    await clock.pass(2000)
    expect(threads(ann)).toMatchObject([{ anchor: { from: 8, to: 9 } }])
  })

  it("moves with what is typed while it is written", async () => {
    const tab = open("t_a")
    await clock.settle()
    tab.session.change(c1, markDraft(thread, { from: 0, to: 1 }))
    tab.type("x", 0)
    const text = tab.session.view.state?.cells.get(c1)?.text
    expect(text && draftPlace(text, thread)).toEqual({ from: 1, to: 2 })
    tab.session.change(c1, markDraft(thread, null))
    const after = tab.session.view.state?.cells.get(c1)?.text
    expect(after && draftPlace(after, thread)).toBeNull()
  })

  it("is on the cell as a whole when that was deleted before it was sent", async () => {
    const tab = open("t_a")
    await clock.settle()
    server.cut()
    tab.type("b")
    tab.session.change(c1, markDraft(thread, { from: 0, to: 1 }))
    tab.session.startThread(first)
    server.remove(c1)
    await clock.pass(2000)
    expect(threads(tab)).toMatchObject([{ cell: "c1", anchor: null, comments: [{ text: "Why?" }] }])
  })
})

it("tells who wished it of a refused comment", async () => {
  const tab = open("t_a")
  await clock.settle()
  const refused: string[] = []
  tab.session.onRefused((op, { code }) => refused.push(`${op.type} ${code}`))
  server.refusal = "too_large"
  tab.session.startThread(first)
  await clock.settle()
  expect(refused).toEqual(["start_thread too_large"])
})
