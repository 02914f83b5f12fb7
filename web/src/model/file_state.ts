/** A notebook's file as a document that nobody has open: to be drawn without one. Pure. */
import { cellId, clientId } from "../wire/ids"
import { outputsOf, type FileCell, type NotebookFile } from "../wire/ipynb"
import { isObject } from "../wire/json"
import { newText } from "./cell_text"
import type { Cell, NotebookState } from "./notebook_state"

const nobody = clientId("t_nobody")

/** Cells are named by their place: ids of a file may be missing, or twice the same. */
export function stateOfFile({ cells, metadata }: NotebookFile): NotebookState {
  const drawn = cells.map((cell, place) => cellOf(cell, place))
  return {
    epoch: "", seq: 0, client: nobody, nbformat_minor: 5, metadata, order: drawn.map(({ id }) => id),
    cells: new Map(drawn.map((cell) => [cell.id, cell])), queue: [], threads: [], bin: [],
  }
}

function cellOf(cell: FileCell, place: number): Cell {
  return {
    id: cellId(`c${place}`), cell_type: cell.cell_type, text: newText(cell.source, 0, nobody), confirmed: 0, metadata: cell.metadata,
    attachments: isObject(cell.attachments) ? cell.attachments : {}, execution_count: cell.execution_count, outputs: outputsOf(cell),
    dropped_outputs: 0, clear_at_next_output: false, run: null, last_run: null, input: null,
  }
}
