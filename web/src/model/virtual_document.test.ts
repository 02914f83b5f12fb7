import { Text } from "@codemirror/state"
import { describe, expect, it } from "vitest"
import { cellId } from "../wire/ids"
import { changeBetween, placeAfter, VirtualDocument, type Position } from "./virtual_document"

const a = cellId("a")
const b = cellId("b")
const c = cellId("c")
const text = (source: string): Text => Text.of(source.split("\n"))
const notebook = VirtualDocument.of([
  { id: a, doc: text("import os\ndef f(x") }, { id: b, doc: text("%%bash\nls") }, { id: c, doc: text("os.pa\n!ls\n") },
])

describe("a notebook as one document", () => {
  it("has the cells below each other, none of which reaches into the next", () => {
    expect(notebook.text.split("\n")).toEqual(["import os", "def f(x", ")", "", "", "", "os.pa", "0  ", "", ""])
  })

  it("finds every place of every cell again", () => {
    for (const cell of [a, b, c]) {
      const length = notebook.docOf(cell)?.length ?? 0
      for (let at = 0; at <= length; at += 1) {
        const start = notebook.positionOf(cell, at)
        if (!start) throw new Error("no position")
        expect(notebook.placeOf({ start, end: start })).toEqual({ cell, from: at, to: at })
      }
    }
  })

  it("has no place for what is between cells, in two of them, or gone", () => {
    const at = (line: number, character = 0): Position => ({ line, character })
    expect(notebook.placeOf({ start: at(2), end: at(2, 1) })).toBeNull()
    expect(notebook.placeOf({ start: at(1), end: at(6) })).toBeNull()
    expect(notebook.placeOf({ start: at(40), end: at(40) })).toBeNull()
    expect(notebook.positionOf(cellId("z"), 0)).toBeNull()
    expect(notebook.positionOf(a, 99)).toBeNull()
  })

  it("knows what is not Python, and what is left open", () => {
    expect(notebook.isMasked(b, 8)).toBe(true)
    expect(notebook.isMasked(c, 5)).toBe(false)
    expect(notebook.isMasked(c, 6)).toBe(true)
    expect(notebook.open()).toEqual([{ cell: a, bracket: "(", at: 15 }])
  })
})

/** What a server does with a change. */
function applied(before: string, after: string): string {
  const change = changeBetween(before, after)
  if (!change) return before
  const lines = before.split("\n")
  const offset = ({ line, character }: Position): number =>
    lines.slice(0, line).reduce((sum, each) => sum + each.length + 1, 0) + character
  return before.slice(0, offset(change.range.start)) + change.text + before.slice(offset(change.range.end))
}

describe("the change between two documents", () => {
  it("is none, or one that makes the second of the first", () => {
    expect(changeBetween("same\n", "same\n")).toBeNull()
    const texts = ["", "a", "a\nb", "a\n\nb", "aa\nb\n", "b", "\n", "x😀y", "x😁y", "x😀😀y"]
    for (const before of texts) for (const after of texts) expect(applied(before, after)).toBe(after)
  })

  it("does not cut a sign in two", () => {
    expect(changeBetween("x😀", "x😁")).toEqual({
      range: { start: { line: 0, character: 1 }, end: { line: 0, character: 3 } }, text: "😁",
    })
  })
})

describe("a place in a text that somebody changes meanwhile", () => {
  const before = text("one = 1\ntwo = one")
  const place = { from: 14, to: 17 }
  it("moves with what comes before it, and stays for what comes behind", () => {
    expect(placeAfter(before, before, place)).toEqual(place)
    expect(placeAfter(before, text("one = 1000\ntwo = one"), place)).toEqual({ from: 17, to: 20 })
    expect(placeAfter(before, text("one = 1\ntwo = one + 1"), place)).toEqual(place)
    expect(placeAfter(before, text("two = one"), place)).toEqual({ from: 6, to: 9 })
  })
  it("is none where they wrote in it, or on both sides", () => {
    expect(placeAfter(before, text("one = 1\ntwo = onne"), place)).toBeNull()
    expect(placeAfter(before, text("one = 12\ntwo = one + 1"), place)).toBeNull()
  })
})
