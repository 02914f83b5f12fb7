import { describe, expect, it } from "vitest"
import { parseSnapshot } from "../wire/cell"
import { clientId } from "../wire/ids"
import { asObject, parseJson } from "../wire/json"
import { notebookFile } from "./notebook_file"
import { fromSnapshot } from "./notebook_state"

const cell = (id: string, cell_type: string, source: string, more: object = {}): object => ({
  id, cell_type, source, version: 0, metadata: {}, execution_count: null, outputs: [], dropped_outputs: 0, ...more,
})

describe("the notebook as a file", () => {
  it("has its cells in order, with outputs as nbformat has them", () => {
    const snapshot = parseSnapshot(asObject(parseJson(JSON.stringify({
      epoch: "e", seq: 1, nbformat_minor: 5, metadata: { title: "x" }, queue: [], bin: [], threads: [], accepted: {},
      cells: [
        cell("a", "markdown", "# A"),
        cell("b", "code", "1+1", {
          execution_count: 2, outputs: [
            { output_type: "stream", name: "stdout", text: "head", cut: { lines: 1, bytes: 2 }, tail: "tail" },
            { output_type: "execute_result", data: { "text/plain": "2" }, metadata: {}, execution_count: 2, display_id: "d" },
            { output_type: "error", ename: "E", evalue: "v", traceback: ["t"] },
          ],
        }),
      ],
    })), "snapshot"))
    expect(notebookFile(fromSnapshot(snapshot, clientId("t_1")))).toEqual({
      nbformat: 4, nbformat_minor: 5, metadata: { title: "x" },
      cells: [
        { cell_type: "markdown", id: "a", metadata: {}, source: "# A" },
        {
          cell_type: "code", id: "b", metadata: {}, source: "1+1", execution_count: 2, outputs: [
            { output_type: "stream", name: "stdout", text: "headtail" },
            { output_type: "execute_result", data: { "text/plain": "2" }, metadata: {}, execution_count: 2 },
            { output_type: "error", ename: "E", evalue: "v", traceback: ["t"] },
          ],
        },
      ],
    })
  })
})
