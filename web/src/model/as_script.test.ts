import { describe, expect, it } from "vitest"
import { cellId, clientId } from "../wire/ids"
import { asMarkdown, asPython } from "./as_script"
import { newText } from "./cell_text"
import type { Cell, NotebookState } from "./notebook_state"

function notebook(...cells: readonly (readonly [Cell["cell_type"], string])[]): NotebookState {
  const made = cells.map(([cell_type, source], at): Cell => ({
    id: cellId(`c${at}`), cell_type, text: newText(source, 0, clientId("t")), confirmed: 0, metadata: {}, attachments: {},
    execution_count: null, outputs: [], dropped_outputs: 0, clear_at_next_output: false, run: null, last_run: null, input: null,
  }))
  return {
    epoch: "e", seq: 0, client: clientId("t"), nbformat_minor: 5, metadata: {}, order: made.map(({ id }) => id),
    cells: new Map(made.map((cell) => [cell.id, cell])), queue: [], threads: [], bin: [],
  }
}

describe("a notebook as a program", () => {
  it("has its text as strings and IPython's lines as comments", () => {
    const text = asPython(notebook(
      ["markdown", '# Title\n"""quoted""" \\n'], ["code", "!pip install x\nif a:\n    %time f()\n    b = !ls\nprint(5 % 3)"],
      ["code", "%%bash\nls\n\necho"], ["code", ""], ["code", 's = """\n!kept\n"""']))
    expect(text).toBe(`# -*- coding: utf-8 -*-

"""# Title
\\"\\"\\"quoted\\"\\"\\" \\\\n
"""

# !pip install x
if a:
    # %time f()
    # b = !ls
print(5 % 3)

# %%bash
# ls
#
# echo

s = """
!kept
"""
`)
  })
})

it("as Markdown has code in fences that it does not end itself", () => {
  expect(asMarkdown(notebook(["markdown", "# A"], ["code", "x = '```'"], ["raw", "r"]), "python"))
    .toBe("# A\n\n````python\nx = '```'\n````\n\n```\nr\n```\n")
})
