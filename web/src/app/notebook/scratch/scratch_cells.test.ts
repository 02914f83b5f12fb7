import { describe, expect, it } from "vitest"
import { titleOf, withoutIndent } from "./scratch_cells"

describe("a selected part of a cell", () => {
  it.each([
    ["x = 1", "x = 1"],
    ["    x = 1\n    y = 2", "x = 1\ny = 2"],
    ["    if x:\n        y\n", "if x:\n    y\n"],
    // From behind the indent of its first line.
    ["x = 1\n    y = 2", "x = 1\ny = 2"],
    ["for i in x:  # all\n    print(i)", "for i in x:  # all\n    print(i)"],
    ["x\n\n    y", "x\n\ny"],
    ["", ""],
  ])("runs at the margin: %j", (code, runs) => expect(withoutIndent(code)).toBe(runs))
})

describe("a scratch cell's tab", () => {
  it("is called by its first words", () => {
    expect(titleOf("\n  x = 1\ny")).toBe("x = 1")
    expect(titleOf(" \n")).toBe("")
  })
})
