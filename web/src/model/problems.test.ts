import { Text } from "@codemirror/state"
import { expect, it } from "vitest"
import { cellId } from "../wire/ids"
import type { ServerDiagnostic } from "../wire/language_server"
import { problemsOf } from "./problems"
import { VirtualDocument } from "./virtual_document"

const [a, b] = [cellId("a"), cellId("b")]
const sources = ["x = 1\n!ls", "unknown\nf("]
const notebook = VirtualDocument.of([a, b].map((id, at) => ({ id, doc: Text.of((sources[at] ?? "").split("\n")) })))
const said = (line: number, severity: ServerDiagnostic["severity"], code = ""): ServerDiagnostic => ({
  range: { start: { line, character: 0 }, end: { line, character: 1 } }, severity, message: `line ${line}`, code,
})
const all = [said(0, "warning"), said(1, "error"), said(3, "error", "reportUndefinedVariable"), said(5, "error"), said(0, "hint")]
const open = (sign: string): string => `${sign} is open`

it("are told where they are: not in what only IPython reads, nor between cells", () => {
  const problems = problemsOf(notebook, all, "all", sources, open)
  expect([...problems]).toEqual([
    [a, [{ from: 0, to: 1, severity: "warning", message: "line 0" }]],
    [b, [
      { from: 0, to: 1, severity: "error", message: "line 3" }, { from: 9, to: 10, severity: "error", message: "( is open" },
    ]],
  ])
})

it("are errors alone, or none, as the person likes", () => {
  expect([...problemsOf(notebook, all, "errors", sources, open).keys()]).toEqual([b])
  expect(problemsOf(notebook, all, "off", sources, open).size).toBe(0)
})

it("are no unknown names where names come from elsewhere", () => {
  const problems = problemsOf(notebook, all, "errors", [...sources, "from pylab import *"], open)
  expect(problems.get(b)).toEqual([{ from: 9, to: 10, severity: "error", message: "( is open" }])
})
