import { describe, expect, it } from "vitest"
import { currentTab, keyOf, noTabs, PageTabs, parseTabs, stepped, withOther, withoutTab, withTab, withTitle, type PageTab, type TabsState } from "./tabs"

const tab = (ref: string, kind = "mirror"): PageTab => ({ kind, ref, title: ref.toUpperCase() })
const keys = (state: TabsState): string =>
  [state.right, state.bottom].map(({ tabs, shown }) => tabs.map((each) => (keyOf(each) === shown ? `[${each.ref}]` : each.ref)).join(" ")).join(" | ")
const three = ["a", "b"].reduce((state, ref) => withTab(state, tab(ref), "right"), withTab(noTabs, tab("t", "terminal"), "bottom"))

describe("tabs beside the notebook", () => {
  it("are shown where they were put", () => expect(keys(three)).toBe("a [b] | [t]"))
  it("leave their place to the next, and the last one to the other pane", () => {
    expect(keys(withoutTab(three, "mirror:b"))).toBe("[a] | [t]")
    expect(currentTab(withoutTab(withoutTab(three, "mirror:a"), "mirror:b"))).toBe("terminal:t")
    expect(currentTab(withoutTab(noTabs, "x"))).toBeNull()
  })
  it("are gone through in both panes, and round", () => {
    const next = stepped(three, 1)
    expect(currentTab(next)).toBe("terminal:t")
    expect(currentTab(stepped(next, 1))).toBe("mirror:a")
    expect(currentTab(stepped(stepped(next, 1), -1))).toBe("terminal:t")
    expect(stepped(noTabs, 1)).toBe(noTabs)
  })
  it("go to the other pane, and to another place", () => {
    expect(keys(withTab(three, tab("a"), "bottom"))).toBe("[b] | t [a]")
    expect(keys(withTab(three, tab("b"), "right", 0))).toBe("[b] a | [t]")
    expect(keys(withTab(three, tab("a"), "right", 2))).toBe("b [a] | [t]")
    expect(keys(withTab(three, tab("a"), "right", 0))).toBe("[a] b | [t]")
  })
  it("take another title", () => {
    const named = withTitle(three, "mirror:a", "New")
    expect(named.right.tabs[0]?.title).toBe("New")
    expect(withTitle(named, "mirror:a", "New")).toBe(named)
  })
  it("become another where they stand, with what is not saved", () => {
    const unsaved = { ...three, unsaved: new Set(["mirror:b"]) }
    const renamed = withOther(unsaved, "mirror:b", tab("c"))
    expect([keys(renamed), [...renamed.unsaved]]).toEqual(["a [c] | [t]", ["mirror:c"]])
    expect(keys(withOther(three, "mirror:b", tab("a")))).toBe("[a] | [t]")
    expect(withOther(three, "mirror:x", tab("c"))).toBe(three)
  })
  it("are found again, but for what is no tab", () => {
    let stored: string | null = null
    const keep = { load: () => stored, save: (text: string) => { stored = text } }
    const tabs = new PageTabs(keep, () => true)
    tabs.open({ kind: "mirror", ref: "a" }, "right")
    tabs.open({ kind: "terminal", ref: "" }, "bottom")
    tabs.open({ kind: "mirror", ref: "b" }, "right", true)
    tabs.show("mirror:a")
    const again = new PageTabs(keep, (kind) => kind === "mirror")
    expect(keys(again.view)).toBe("[a] b | ")
    expect(again.has("mirror", "b") && !again.has("terminal")).toBe(true)
    for (const bad of ["", "{", "null", "[]", `{"right":7}`, `{"right":{"tabs":[1,{"kind":1,"ref":"","title":""}]}}`]) {
      expect(parseTabs(bad, () => true)).toEqual(noTabs)
    }
  })
  it("step from the pane that is used", () => {
    const tabs = new PageTabs({ load: () => null, save: () => undefined }, () => true)
    tabs.open({ kind: "mirror", ref: "a" }, "right")
    tabs.open({ kind: "mirror", ref: "b" }, "right")
    tabs.open({ kind: "terminal", ref: "" }, "bottom")
    tabs.use("right")
    expect(currentTab(tabs.view)).toBe("mirror:b")
    tabs.step(-1)
    expect(currentTab(tabs.view)).toBe("mirror:a")
  })
  it("close when what stands in them lets them, or surely", () => {
    const tabs = new PageTabs({ load: () => null, save: () => undefined }, () => true)
    tabs.open({ kind: "file", ref: "/a" }, "right")
    tabs.mark("file:/a", true)
    const stop = tabs.guard("file:/a", () => tabs.view.unsaved.has("file:/a"))
    expect([tabs.close("file:/a"), tabs.has("file", "/a")]).toEqual([false, true])
    expect([tabs.close("file:/a", "surely"), tabs.has("file", "/a"), tabs.view.unsaved.size]).toEqual([true, false, 0])
    tabs.open({ kind: "file", ref: "/a" }, "right")
    tabs.mark("file:/a", true)
    stop()
    expect(tabs.close("file:/a")).toBe(true)
  })
  it("ask for the keyboard unless opened quietly", () => {
    const tabs = new PageTabs({ load: () => null, save: () => undefined }, () => true)
    tabs.open({ kind: "mirror", ref: "a" }, "right", true)
    expect(tabs.view.asked).toBe(0)
    tabs.moveOver("mirror:a")
    expect([keys(tabs.view), tabs.view.asked, tabs.view.side]).toEqual([" | [a]", 1, "bottom"])
  })
})
