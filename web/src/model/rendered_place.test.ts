import { describe, expect, it } from "vitest"
import { renderedPlace } from "./rendered_place"

/** What is marked in `drawn` for the part `part` of `source`, the last one when there are several. */
function marked(source: string, part: string, drawn: string): string | null {
  const from = source.lastIndexOf(part)
  const place = renderedPlace(source, { from, to: from + part.length }, drawn)
  return place && drawn.slice(place.from, place.to)
}

describe("a part of a Markdown text in what was drawn", () => {
  it("is found without its signs and over line ends", () => {
    expect(marked("# Trees\n\nOf **old oak** and\n`leaves`", "Of **old oak** and\n`leaves`", "Trees\nOf old oak and leaves\n")).toBe("Of old oak and leaves")
    expect(marked("see [the page](https://a.example/x_y) now", "[the page](https://a.example/x_y)", "see the page now")).toBe("the page")
    expect(marked("- one\n- two", "- one\n- two", "\none\ntwo\n")).toBe("one\ntwo")
  })

  it("is the one that was meant of several", () => {
    const source = "oak, then *oak*, then oak"
    const from = source.indexOf("*oak*")
    expect(renderedPlace(source, { from, to: from + 5 }, "oak, then oak, then oak")).toEqual({ from: 10, to: 13 })
  })

  it("is nowhere when it is drawn otherwise, or is only signs", () => {
    expect(marked("a $x^2$ b", "$x^2$", "a x2 b")).toBeNull()
    expect(marked("a ** b", "**", "a b")).toBeNull()
  })
})
