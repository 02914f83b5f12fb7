import { describe, expect, it } from "vitest"
import { patternOf, replacementAt, spansIn, type Query } from "./find"

const query = (text: string, more: Partial<Query> = {}): Query =>
  ({ text, matchCase: false, wholeWord: false, regex: false, ...more })

function found(text: string, wanted: Query): readonly string[] {
  const pattern = patternOf(wanted)
  return pattern instanceof RegExp ? spansIn(text, pattern).map(({ from, to }) => text.slice(from, to)) : []
}

describe("finding", () => {
  it("takes signs as they are", () => {
    expect(found("a.b a+b axb", query("a.b"))).toEqual(["a.b"])
    expect(found("x-y [z] $1 (q) a/b", query("x-y"))).toEqual(["x-y"])
    for (const text of ["[z]", "$1", "(q)", "a/b", "\\d", "{2}", "|", "^"]) {
      expect(found(`before ${text} behind`, query(text))).toEqual([text])
    }
  })

  it("looks at upper and lower case only when told to", () => {
    expect(found("Data data DATA", query("data"))).toEqual(["Data", "data", "DATA"])
    expect(found("Data data DATA", query("data", { matchCase: true }))).toEqual(["data"])
  })

  it("finds whole words of any script", () => {
    expect(found("x x1 x_ (x) éx x", query("x", { wholeWord: true }))).toEqual(["x", "x", "x"])
  })

  it("knows regular expressions, and when one is none", () => {
    expect(found("a1\nb22", query("^\\w\\d+$", { regex: true }))).toEqual(["a1", "b22"])
    expect(found("aaa", query("x*", { regex: true }))).toEqual([])
    expect(patternOf(query("(", { regex: true }))).toBe("invalid")
    expect(patternOf(query(""))).toBeNull()
  })

  it("stops at its limit", () => {
    expect(spansIn("a".repeat(100), /a/g, 7)).toHaveLength(7)
  })
})

describe("replacing", () => {
  const replaced = (text: string, wanted: Query, replacement: string): string => {
    const pattern = patternOf(wanted)
    if (!(pattern instanceof RegExp)) return text
    const [span] = spansIn(text, pattern)
    return span ? replacementAt(text, span, pattern, replacement, wanted.regex) : ""
  }

  it("puts the words as they are", () => {
    expect(replaced("price", query("price"), "$1 & $&")).toBe("$1 & $&")
  })

  it("fills in what a regular expression found, and leaves what it did not", () => {
    const wanted = query("(\\w+)=(?<value>\\d+)", { regex: true })
    expect(replaced("x=12", wanted, "$<value>:$1 $& $$ $9 $<no>")).toBe("12:x x=12 $ $9 $<no>")
  })
})
