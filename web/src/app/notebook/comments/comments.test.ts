import { beforeEach, describe, expect, it } from "vitest"
import { draftPlace } from "../../../model/cell_text"
import { CommentDrafts } from "../../../sync/comment_drafts"
import { c1, clock, newWorld, open, server, type Tab } from "../../../sync/testing/tabs"
import type { Thread } from "../../../wire/comment"
import { notebookId, userId } from "../../../wire/ids"
import { NotebookFocus } from "../focus"
import { NotebookComments, type Draft } from "./comments"

interface Writer extends Tab {
  readonly comments: NotebookComments
  readonly focus: NotebookFocus
  readonly close: () => void
}

async function writer(name: string): Promise<Writer> {
  const tab = open(name)
  await clock.settle()
  return writing(name, tab)
}

/** Begins to write in a tab that knows the notebook, as a page that was loaded anew. */
function writing(name: string, tab: Tab): Writer {
  const focus = new NotebookFocus()
  const comments = new NotebookComments(tab.session, focus, {
    drafts: new CommentDrafts(sessionStorage, userId(name), notebookId("n")), addressees: () => Promise.resolve([]),
  })
  return { ...tab, comments, focus, close: comments.start() }
}

beforeEach(() => {
  newWorld()
  sessionStorage.clear()
})

const threads = (tab: Tab): readonly Thread[] => tab.session.view.state?.threads ?? []

function only<T>(things: readonly T[]): T {
  const [thing] = things
  if (thing === undefined || things.length > 1) throw new Error(`there are ${things.length}`)
  return thing
}

/** Begins a comment on a part of the first cell. */
function beginOn(tab: Writer, from: number, to: number): Draft {
  tab.focus.note(c1, "edit")
  tab.session.change(c1, { selection: { anchor: from, head: to } })
  tab.comments.begin(c1)
  return only(tab.comments.view.drafts)
}

describe("beginning a thread", () => {
  it("is sent by Enter before its own field is there, but not without a word", async () => {
    const ann = await writer("ann")
    const draft = beginOn(ann, 0, 1)
    ann.comments.sendAhead(draft.thread)
    expect(only(ann.comments.view.drafts).sent).toBeNull()
    ann.comments.typed(draft.thread, " Why? ")
    ann.comments.sendAhead(draft.thread)
    ann.comments.sendAhead(draft.thread)
    await clock.settle()
    expect(only(threads(ann)).comments.map(({ text }) => text)).toEqual(["Why?"])
  })

  it("is on what is selected in the editor, else on the cell", async () => {
    const ann = await writer("ann")
    ann.type("bc def")
    expect(beginOn(ann, 1, 3).quote).toBe("bc")
    ann.comments.discard(only(ann.comments.view.drafts))
    ann.focus.note(c1, "cell")
    ann.comments.begin(c1)
    expect(only(ann.comments.view.drafts).quote).toBe("")
  })

  it("goes on with the draft that is there, and lets an empty one go for another", async () => {
    const ann = await writer("ann")
    ann.type("bc def")
    const first = beginOn(ann, 1, 3)
    expect(beginOn(ann, 1, 3)).toBe(first)
    ann.comments.deselect()
    expect(ann.comments.view.drafts).toEqual([])
    const second = beginOn(ann, 0, 2)
    ann.comments.typed(second.thread, "Why?")
    ann.comments.deselect()
    expect(ann.comments.view.drafts).toEqual([second])
  })

  it("lasts until the log has the thread, which is selected then", async () => {
    const [ann, bob] = [await writer("ann"), await writer("bob")]
    const draft = beginOn(ann, 0, 1)
    server.cut()
    ann.comments.sendFirst(draft, "Why?")
    expect(only(ann.comments.view.drafts).sent).toBe("Why?")
    await clock.pass(2000)
    expect(ann.comments.view.drafts).toEqual([])
    expect(ann.comments.view.selected).toBe(draft.thread)
    expect(only(threads(bob))).toMatchObject({ anchor: { from: 0, to: 1 }, comments: [{ text: "Why?" }] })
    const text = ann.session.view.state?.cells.get(c1)?.text
    expect(text && draftPlace(text, draft.thread)).toBeNull()
  })

  it("comes back when the server refuses it", async () => {
    const ann = await writer("ann")
    const draft = beginOn(ann, 0, 1)
    server.refusal = "too_large"
    ann.comments.sendFirst(draft, "Why?")
    await clock.settle()
    expect(only(ann.comments.view.drafts).sent).toBeNull()
    expect(ann.comments.textOf(draft.thread)).toBe("Why?")
  })
})

describe("what is being written", () => {
  it("outlives a reload, at its words though these moved", async () => {
    const ann = await writer("ann")
    ann.type("bc def")
    const draft = beginOn(ann, 1, 3)
    ann.comments.typed(draft.thread, "Why?")
    await clock.settle()
    ann.close()
    ann.session.stop()
    const bob = await writer("bob")
    bob.type(">>", 0)
    await clock.settle()
    const again = await writer("ann")
    expect(only(again.comments.view.drafts)).toMatchObject({ thread: draft.thread, quote: "bc" })
    expect(again.comments.textOf(draft.thread)).toBe("Why?")
    const text = again.session.view.state?.cells.get(c1)?.text
    expect(text && draftPlace(text, draft.thread)).toEqual({ from: 3, to: 5 })
  })

  it("is forgotten once it is said", async () => {
    const ann = await writer("ann")
    const draft = beginOn(ann, 0, 1)
    ann.comments.typed(draft.thread, "Why?")
    ann.comments.sendFirst(draft, "Why?")
    await clock.settle()
    ann.comments.typed(draft.thread, "")
    ann.comments.reply(only(threads(ann)), "So.")
    await clock.settle()
    expect(only(threads(ann)).comments.map(({ text }) => text)).toEqual(["Why?", "So."])
    expect(ann.comments.view.replies).toEqual([])
    expect(sessionStorage).toHaveLength(0)
  })

  it("does not come twice when the server took it and could not say so", async () => {
    const ann = await writer("ann")
    ann.comments.sendFirst(beginOn(ann, 0, 1), "Why?")
    await clock.settle()
    ann.comments.reply(only(threads(ann)), "So.")
    const [key = ""] = Object.keys(sessionStorage)
    const kept = sessionStorage.getItem(key) ?? ""
    await clock.settle()
    ann.close()
    sessionStorage.setItem(key, kept)
    const again = writing("ann", ann)
    expect(kept).toContain("So.")
    expect(only(threads(again)).comments.map(({ text }) => text)).toEqual(["Why?", "So."])
    expect(again.comments.textOf(only(threads(again)).id)).toBe("")
  })

  it("comes back when the server did not take it", async () => {
    const ann = await writer("ann")
    ann.comments.sendFirst(beginOn(ann, 0, 1), "Why?")
    await clock.settle()
    server.cut()
    ann.comments.reply(only(threads(ann)), "So.")
    ann.comments.typed(only(threads(ann)).id, "And more.")
    ann.close()
    const again = writing("ann", ann)
    expect(again.comments.textOf(only(threads(again)).id)).toBe("So.\nAnd more.")
  })

  it("becomes a thread of its own when the one it answers is deleted", async () => {
    const [ann, bob] = [await writer("ann"), await writer("bob")]
    bob.comments.sendFirst(beginOn(bob, 0, 1), "Why?")
    await clock.settle()
    const thread = only(threads(ann))
    ann.comments.typed(thread.id, "Because")
    bob.comments.remove(thread.id, thread.comments[0].id)
    await clock.settle()
    const draft = only(ann.comments.view.drafts)
    expect(ann.comments.textOf(draft.thread)).toBe("Because")
    expect(draft.cell).toBe(c1)
  })
})

describe("seeing", () => {
  it("selects a thread though the filter hides it", async () => {
    const ann = await writer("ann")
    ann.comments.sendFirst(beginOn(ann, 0, 1), "Why?")
    await clock.settle()
    const { id } = only(threads(ann))
    ann.comments.resolve(id, true)
    await clock.settle()
    ann.comments.select(id)
    expect(ann.comments.view.filter).toBe("all")
    ann.comments.filter("open")
    expect(ann.comments.view.selected).toBeNull()
  })

  it("tells the server up to where all was seen", async () => {
    const ann = await writer("ann")
    ann.comments.sendFirst(beginOn(ann, 0, 1), "Why?")
    await clock.settle()
    server.tell({ type: "comments_read", seq: 0 })
    await clock.settle()
    ann.comments.saw(only(threads(ann)).id)
    await clock.settle()
    expect(server.heard.at(-1)).toMatchObject({ type: "read_comments", seq: ann.session.view.state?.seq })
  })
})
