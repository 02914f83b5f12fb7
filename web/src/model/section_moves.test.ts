import { expect, it } from "vitest"
import { cellId, clientId } from "../wire/ids"
import { newText } from "./cell_text"
import type { Cell, NotebookState } from "./notebook_state"
import { sectionMoves } from "./section_moves"

const client = clientId("t")

/** Cells by their first letter: `m` is text, `c` is code; what follows is the source. */
function notebook(...cells: string[]): NotebookState {
  const made = cells.map((text, at): Cell => ({
    id: cellId(`${at}`), cell_type: text.startsWith("m") ? "markdown" : "code", text: newText(text.slice(1), 0, client), confirmed: 0,
    metadata: {}, attachments: {}, execution_count: null, outputs: [], dropped_outputs: 0, clear_at_next_output: false, run: null,
    last_run: null, input: null,
  }))
  return {
    epoch: "e", seq: 0, client, nbformat_minor: 5, metadata: {}, order: made.map(({ id }) => id), queue: [], threads: [], bin: [],
    cells: new Map(made.map((cell) => [cell.id, cell])),
  }
}

const state = notebook("m# A", "ca", "m## A1", "m# B", "cb")
const moves = (head: number, next: number | null): string =>
  sectionMoves(state, cellId(`${head}`), next === null ? null : cellId(`${next}`)).map(({ cell, after }) => `${cell}>${after ?? "front"}`).join(" ")

it.each([
  [3, 0, "3>front 4>3"],
  [0, null, "0>4 1>0 2>1"],
  [2, null, "2>4"],
  [3, 2, "3>1 4>3"],
])("moves a section with all its cells: %i before %s", (head, next, made) => expect(moves(head, next)).toBe(made))

it("moves nothing where it stands, into itself, or what is no section", () => {
  expect([moves(3, null), moves(0, 3), moves(0, 2), moves(0, 0), moves(1, 0)]).toEqual(["", "", "", "", ""])
})
