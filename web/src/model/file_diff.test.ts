import { describe, expect, it } from "vitest"
import { outputsOf, parseIpynb } from "../wire/ipynb"
import type { Json } from "../wire/json"
import { asRevision } from "./file_diff"
import { compareRevisions } from "./revision_diff"

const file = (...cells: readonly Json[]): Json => ({ nbformat: 4, nbformat_minor: 5, metadata: {}, cells })
const code = (id: string, source: Json, outputs: Json = []): Json =>
  ({ cell_type: "code", id, metadata: {}, execution_count: null, source, outputs })

const fates = (before: Json, after: Json): readonly string[] =>
  compareRevisions(asRevision("before", parseIpynb(before)).content, asRevision("after", parseIpynb(after)).content).cells
    .map(({ fate, id }) => `${fate} ${id}`)

describe("two notebook files", () => {
  it("are compared by their cells' ids, whether lines are joined or not", () => {
    expect(fates(file(code("a", "1\n2"), code("b", "x")), file(code("a", ["1\n", "2"]), code("b", "y"), code("c", "z"))))
      .toEqual(["same a", "changed b", "added c"])
  })

  it("are compared by what they say where there are no ids", () => {
    const plain = (source: string): Json => ({ cell_type: "code", metadata: {}, source, outputs: [] })
    expect(fates(file(plain("one"), plain("two")), file(plain("two")))).toEqual(["deleted deleted before 0", "same after 0"])
  })

  it("differ by outputs too", () => {
    const out = (text: Json): Json => [{ output_type: "stream", name: "stdout", text }]
    expect(fates(file(code("a", "1", out("x"))), file(code("a", "1", out("y"))))).toEqual(["changed a"])
    const [cell] = parseIpynb(file(code("a", "1", [...[{ output_type: "display_data", metadata: {}, data: { "text/html": ["<b>", "x</b>"] } }], 7]))).cells
    expect(cell && outputsOf(cell)).toMatchObject([{ data: { "text/html": "<b>x</b>" } }])
  })

  it("are notebooks of nbformat 4 or nothing", () => {
    expect(() => parseIpynb({ nbformat: 3, worksheets: [] })).toThrow("nbformat 4")
    expect(() => parseIpynb([])).toThrow()
  })
})
