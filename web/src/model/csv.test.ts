import { expect, it } from "vitest"
import { parseCsv } from "./csv"

it("reads quotes, line ends of every kind, and the separator that the first line has", () => {
  expect(parseCsv('a,b\r\n"x, ""y""","1\n2"\n')).toEqual([["a", "b"], ['x, "y"', "1\n2"]])
  expect(parseCsv("a;b;c\n1,5;2;3")).toEqual([["a", "b", "c"], ["1,5", "2", "3"]])
  expect(parseCsv("a\tb\n\n1\t")).toEqual([["a", "b"], ["1", ""]])
  expect(parseCsv("a\nb\nc", 2)).toHaveLength(2)
  expect(parseCsv("")).toEqual([])
})
