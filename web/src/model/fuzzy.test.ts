import { describe, expect, it } from "vitest"
import { fuzzy } from "./fuzzy"

const best = (query: string, texts: readonly string[]): string | undefined => texts
  .map((text) => ({ text, score: fuzzy(query, text)?.score ?? -Infinity }))
  .filter(({ score }) => score > -Infinity).sort((a, b) => b.score - a.score)[0]?.text

const commands = ["Run all", "Run before", "Restart the kernel", "Restart and run all", "Add a code cell", "Find and replace"]

describe("fuzzy", () => {
  it("wants all letters in their order", () => {
    expect(fuzzy("rnl", "Run all")).not.toBeNull()
    expect(fuzzy("lra", "Run all")).toBeNull()
    expect(fuzzy("", "Run all")).toEqual({ score: 0, at: [] })
  })

  it.each([
    ["run all", "Run all"], ["rara", "Restart and run all"], ["rk", "Restart the kernel"],
    ["kernel", "Restart the kernel"], ["acc", "Add a code cell"], ["RB", "Run before"], ["replace", "Find and replace"],
  ])("%s finds %s first", (query, text) => {
    expect(best(query, commands)).toBe(text)
  })

  it("tells which letters were meant", () => {
    expect(fuzzy("all", "Run all")?.at).toEqual([4, 5, 6])
    expect(fuzzy("ra", "Run all")?.at).toEqual([0, 4])
  })

  it("finds Chinese words by a part of them", () => {
    expect(fuzzy("内核", "重启内核")).not.toBeNull()
  })
})
