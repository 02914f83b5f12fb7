import { describe, expect, it } from "vitest"
import { formattable } from "./format_cell"

/** A formatter that ends lines and puts two spaces before a comment, as all do. */
const tidy = (python: string): string => `${python.split("\n").map((line) => line.trimEnd()).join("\n").trim()}\n`
const formatted = (source: string): string | null => {
  const cell = formattable(source)
  return cell && cell.back(tidy(cell.python))
}

describe("a cell that is formatted", () => {
  it("keeps what only IPython reads, and its form", () => {
    const source = "%%time\n%matplotlib inline\nif x:  \n    !ls -l 'it\nn = 5 #@param {type:\"integer\"}\nfiles = !ls\nname?  \n\n\n"
    expect(formatted(source)).toBe(
      "%%time\n%matplotlib inline\nif x:\n    !ls -l 'it\nn = 5 #@param {type:\"integer\"}\nfiles = !ls\nname?")
  })

  it("keeps the semicolon that hides a value", () => {
    const cell = formattable("plot(x) ;")
    expect(cell?.back("plot(x)\n")).toBe("plot(x);")
  })

  it("is left alone when it is another language, broken or empty", () => {
    for (const source of ["%%bash\nls", "f(", " \n"]) expect(formattable(source)).toBeNull()
  })

  it("is not written when the formatter lost a line", () => {
    expect(formattable("!ls\nx=1")?.back("x = 1\n")).toBeNull()
  })
})
