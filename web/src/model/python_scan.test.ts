import { describe, expect, it } from "vitest"
import { cellMagic, pythonCell } from "./python_scan"

const lines = (source: string): readonly string[] => pythonCell(source).lines
const masked = (source: string): readonly number[] => [...pythonCell(source).masked]

describe("a cell as Python", () => {
  it("is itself where it is Python", () => {
    const source = "import os\nx = 5 % 3\ny = a != b\nprint(f'{x}')"
    expect(lines(source).join("\n")).toBe(source)
    expect(masked(source)).toEqual([])
  })

  it("keeps every column where IPython reads something else", () => {
    const source = "%matplotlib inline\nif x:\n    !ls -l\nfiles = !ls\nname?\n?name\nobj.method??\n!x"
    const python = lines(source)
    source.split("\n").forEach((line, at) => expect(python[at]).toHaveLength(line.length))
    expect(python.map((line) => line.trimEnd())).toEqual([
      "pass", "if x:", "    pass", 'files = []', "pass", "pass", "pass", "0",
    ])
    expect(masked(source)).toEqual([0, 2, 3, 4, 5, 6, 7])
  })

  it("goes on knowing what is timed, and nothing of what other magics give", () => {
    expect(lines("%time area(1)\nx = %time area(2)\nz = %sql select\n%timeit -n 3 area(3)").map((line) => line.trimEnd()))
      .toEqual(["0;    area(1)", "x =       area(2)", "z = _", "pass"])
  })

  it("leaves strings, brackets and continued lines alone", () => {
    const source = 's = """\n!not a shell line\n%nor a magic\n"""\nf(a\n  % b)\nx = 1 \\\n  % 2\n# a comment?'
    expect(lines(source).join("\n")).toBe(source)
  })

  it("takes away what a shell line goes on with", () => {
    expect(lines("!pip install a \\\n  b 'c\nx = 1").map((line) => line.trim())).toEqual(["pass", "", "x = 1"])
  })

  it("is nothing under the magic of another language, and Python under one that times", () => {
    expect(lines("%%bash\nls 'x\ncat")).toEqual(["", "", ""])
    expect(lines("%%time\nx = 1").map((line) => line.trimEnd())).toEqual(["pass", "x = 1"])
    expect(cellMagic("\n%%sql x")).toBe("sql")
    expect(cellMagic("# %%sql")).toBeNull()
  })

  it("closes what it leaves open, and says where", () => {
    expect(pythonCell("f(a, [1\n")).toMatchObject({
      ending: "])", open: [{ bracket: "(", at: 1 }, { bracket: "[", at: 5 }],
    })
    expect(pythonCell('x = """a\n(')).toMatchObject({ ending: '"""', open: [{ bracket: '"""', at: 4 }] })
    expect(pythonCell("  def f():  # later\n").ending).toBe("   ...")
    expect(pythonCell("x = {}\ny = '('").ending).toBe("")
    expect(pythonCell("x = 'not closed\ny = 1").ending).toBe("")
  })
})
