import { expect, it } from "vitest"
import { parseIpynb } from "../wire/ipynb"
import { snippetsOf } from "./snippets"

const cell = (cell_type: string, source: string) => ({ cell_type, source, metadata: {}, outputs: [] })

it("a snippet is a code cell, named by the heading above it", () => {
  const file = parseIpynb({
    nbformat: 4, metadata: {}, cells: [
      cell("code", "import x\ny"), cell("markdown", "# Plots\n\n## Lines"), cell("code", "a"), cell("code", "b\nc"),
      cell("code", " "), cell("markdown", "only words"), cell("code", "d"),
    ],
  })
  expect(snippetsOf("n", file).map(({ title, code }) => [title, code])).toEqual([
    ["import x", "import x\ny"], ["Lines", "a"], ["Lines: b", "b\nc"], ["Lines", "d"],
  ])
  expect(new Set(snippetsOf("n", file).map(({ id }) => id)).size).toBe(4)
})

it("a built-in one is named in the language of the page", () => {
  const metadata = { colibri: { title: { "zh-CN": "折线" } } }
  const file = parseIpynb({ nbformat: 4, metadata: {}, cells: [{ ...cell("markdown", "## Lines"), metadata }, cell("code", "a")] })
  expect([snippetsOf("n", file, "zh-CN"), snippetsOf("n", file)].map(([first]) => first?.title)).toEqual(["折线", "Lines"])
})
