import { expect, it } from "vitest"
import { parseIpynb } from "../wire/ipynb"
import { sourceOf } from "./cell_text"
import { stateOfFile } from "./file_state"
import { languageOf } from "./notebook_state"

it("has the cells of a file in their order, whatever their ids are", () => {
  const state = stateOfFile(parseIpynb({
    nbformat: 4, nbformat_minor: 4, metadata: { language_info: { name: "R" } }, cells: [
      { cell_type: "markdown", id: "same", metadata: {}, source: ["# One\n", "two"], attachments: { a: {} } },
      {
        cell_type: "code", id: "same", metadata: {}, source: "1+1", execution_count: 3,
        outputs: [{ output_type: "stream", name: "stdout", text: ["2\n"] }, "no output"],
      },
      { cell_type: "code", metadata: {}, source: "", execution_count: null, outputs: [], attachments: "none" },
    ],
  }))
  const cells = state.order.flatMap((id) => state.cells.get(id) ?? [])
  expect(cells.map(({ text }) => sourceOf(text))).toEqual(["# One\ntwo", "1+1", ""])
  expect(cells.map(({ execution_count }) => execution_count)).toEqual([null, 3, null])
  expect(cells.map(({ outputs }) => outputs.length)).toEqual([0, 1, 0])
  expect(cells.map(({ attachments }) => attachments)).toEqual([{ a: {} }, {}, {}])
  expect(languageOf(state)).toBe("r")
})
