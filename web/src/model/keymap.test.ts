import { describe, expect, it } from "vitest"
import { isTyped, keymapOf, keysLabel, meaningOf, strokeOf, type KeyPress } from "./keymap"

const press = (key: string, more: Partial<KeyPress> = {}): KeyPress =>
  ({ key, ctrlKey: false, metaKey: false, shiftKey: false, altKey: false, ...more })
const ctrl = { ctrlKey: true }

describe("a stroke", () => {
  it.each([
    [press("p", { ctrlKey: true, shiftKey: true }), "Mod+Shift+P"],
    [press("P", { metaKey: true, shiftKey: true }), "Mod+Shift+P"],
    [press("F9", ctrl), "Mod+F9"],
    [press(".", ctrl), "Mod+."],
    [press("?", { shiftKey: true }), "?"],
    [press("{", { ctrlKey: true, shiftKey: true }), "Mod+Shift+["],
    [press("ArrowUp", { shiftKey: true }), "Shift+ArrowUp"],
    [press("µ", { metaKey: true, altKey: true }), "Mod+Alt+M"],
    [press("√", { altKey: true, code: "KeyV" }), "Alt+V"],
    [press("˜", { metaKey: true, altKey: true, code: "KeyN" }), "Mod+Alt+N"],
    [press("Control", ctrl), ""],
  ])("%o is %s", (key, stroke) => {
    expect(strokeOf(key)).toBe(stroke)
  })

  it("of AltGr is the sign that it makes, and no command", () => {
    expect(strokeOf(press("µ", { ctrlKey: true, altKey: true, code: "KeyM" }))).not.toBe("Mod+Alt+M")
  })
})

describe("a keymap", () => {
  const map = keymapOf([
    { id: "delete", keys: ["Mod+M D"], where: "anywhere" },
    { id: "redo", keys: ["Mod+M Shift+Z"], where: "anywhere" },
    { id: "undo", keys: ["Mod+M Z"], where: "anywhere" },
    { id: "all", keys: ["Mod+F9", "Mod+M R"], where: "anywhere" },
    { id: "edit", keys: ["Enter"], where: "cell" },
    { id: "remove", keys: ["D D"], where: "cell" },
  ])

  it("knows two strokes, with or without Ctrl held", () => {
    expect(meaningOf(map, press("m", ctrl), "", false)).toEqual({ kind: "pending", stroke: "Mod+M" })
    expect(meaningOf(map, press("d"), "Mod+M", false)).toEqual({ kind: "command", id: "delete" })
    expect(meaningOf(map, press("d", ctrl), "Mod+M", false)).toEqual({ kind: "command", id: "delete" })
    expect(meaningOf(map, press("D", { shiftKey: true }), "Mod+M", false)).toEqual({ kind: "command", id: "delete" })
    expect(meaningOf(map, press("Z", { shiftKey: true }), "Mod+M", false)).toEqual({ kind: "command", id: "redo" })
  })

  it("ends a second stroke that means nothing, and waits over a modifier", () => {
    expect(meaningOf(map, press("x"), "Mod+M", false)).toEqual({ kind: "ended" })
    expect(meaningOf(map, press("Shift"), "Mod+M", false)).toBeNull()
  })

  it("leaves a cell's own keys to what has the keyboard else", () => {
    expect(meaningOf(map, press("Enter"), "", false)).toBeNull()
    expect(meaningOf(map, press("Enter"), "", true)).toEqual({ kind: "command", id: "edit" })
    expect(meaningOf(map, press("d"), "", false)).toBeNull()
    expect(meaningOf(map, press("d"), "", true)).toEqual({ kind: "pending", stroke: "D" })
    expect(meaningOf(map, press("d"), "D", true)).toEqual({ kind: "command", id: "remove" })
  })

  it("takes any of a command's keys", () => {
    expect(meaningOf(map, press("F9", ctrl), "", false)).toEqual({ kind: "command", id: "all" })
    expect(meaningOf(map, press("r"), "Mod+M", false)).toEqual({ kind: "command", id: "all" })
  })
})

it("labels keys as each system writes them", () => {
  expect(keysLabel("Mod+M Shift+Z", false)).toBe("Ctrl+M Shift+Z")
  expect(keysLabel("Mod+Alt+M", true)).toBe("⌘⌥M")
  expect(keysLabel("Shift+ArrowUp", false)).toBe("Shift+↑")
})

it("tells text from commands", () => {
  expect(isTyped(press("ß"))).toBe(true)
  expect(isTyped(press("Enter"))).toBe(false)
  expect(isTyped(press("a", ctrl))).toBe(false)
})
