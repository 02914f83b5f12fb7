import { describe, expect, it } from "vitest"
import { choose, chooseAll, noSelection, placeByKey } from "./selection"

const places = (selection: { readonly chosen: ReadonlySet<number> }): readonly number[] => [...selection.chosen].sort()

describe("a selection", () => {
  it("is one, more with Ctrl, and a range with Shift from where it began", () => {
    const one = choose(noSelection, 3)
    expect(places(one)).toEqual([3])
    expect(places(choose(one, 5, { toggle: true }))).toEqual([3, 5])
    expect(places(choose(choose(one, 5, { toggle: true }), 5, { toggle: true }))).toEqual([3])
    const range = choose(one, 1, { extend: true })
    expect(places(range)).toEqual([1, 2, 3])
    expect(places(choose(range, 4, { extend: true }))).toEqual([3, 4])
    expect(chooseAll(one, 50_000).chosen.size).toBe(50_000)
  })

  it("is moved by keys within what is there", () => {
    expect(placeByKey("ArrowDown", 0, 10, 4, 5)).toBe(4)
    expect(placeByKey("ArrowDown", 8, 10, 4, 5)).toBe(9)
    expect(placeByKey("ArrowRight", 3, 10, 1, 5)).toBeNull()
    expect(placeByKey("PageUp", 3, 10, 1, 5)).toBe(0)
    expect(placeByKey("End", 0, 10, 1, 5)).toBe(9)
    expect(placeByKey("End", 0, 0, 1, 5)).toBeNull()
    expect(placeByKey("x", 0, 10, 1, 5)).toBeNull()
  })
})
