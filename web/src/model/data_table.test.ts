import { describe, expect, it } from "vitest"
import { chosenRows, copyOf, filterTest, parseTable, tableOfTexts } from "./data_table"

const table = tableOfTexts(["", "name", "score"], 1,
  [["0", "Ada", "10"], ["1", "bob, jr", "9.5"], ["2", "Cy|d", "NaN"], ["3", "ada", "-2e1"]], 200, 2)
const names = (rows: readonly (readonly unknown[])[]): unknown[] => rows.map((row) => row[1])

describe("a table of data", () => {
  it("knows numbers by their texts", () => {
    expect(table.columns.map(({ kind }) => kind)).toEqual(["number", "string", "number"])
    expect(table.rows[2]).toEqual([2, "Cy|d", null])
    expect(table.totalRows).toBe(200)
  })

  it("sorts numbers as numbers, empty cells last both ways", () => {
    expect(names(chosenRows(table, new Map(), "", { column: 2, descending: false }))).toEqual(["ada", "bob, jr", "Ada", "Cy|d"])
    expect(names(chosenRows(table, new Map(), "", { column: 2, descending: true }))).toEqual(["Ada", "bob, jr", "ada", "Cy|d"])
  })

  it("filters by comparisons, spans and parts of texts", () => {
    expect(names(chosenRows(table, new Map([[2, ">= 9.5"]]), "", null))).toEqual(["Ada", "bob, jr"])
    expect(names(chosenRows(table, new Map([[2, "-20 .. 9.5"]]), "", null))).toEqual(["bob, jr", "ada"])
    expect(names(chosenRows(table, new Map([[1, "ADA"]]), "10", null))).toEqual(["Ada"])
    expect(filterTest(" ", "string")).toBeNull()
  })

  it("is copied so that it can be read again", () => {
    expect(copyOf(table, table.rows.slice(1, 3), "CSV")).toBe('index,name,score\n1,"bob, jr",9.5\n2,Cy|d,\n')
    expect(copyOf(table, table.rows.slice(2, 3), "Markdown")).toBe("| index | name | score |\n| ---: | :--- | ---: |\n| 2 | Cy\\|d |  |\n")
    expect(JSON.parse(copyOf(table, table.rows.slice(0, 1), "JSON"))).toEqual([{ index: 0, name: "Ada", score: 10 }])
  })

  it("of a kernel is read with care", () => {
    expect(parseTable({ index: [], columns: [{ name: "a", kind: "evil" }], rows: [[{ x: 1 }], []], total_rows: 9, total_columns: 1 }))
      .toEqual({ columns: [{ name: "a", kind: "string", isIndex: false }], rows: [['{"x":1}'], [null]], totalRows: 9, totalColumns: 1, pageSize: 0 })
    expect(parseTable({ index: [], columns: [], rows: [1] })).toBeNull()
    expect(parseTable([1])).toBeNull()
  })
})
