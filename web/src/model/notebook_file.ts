/** The notebook as this page has it, as a file: for when the server gives none any more. Pure. */
import type { JsonObject, Json } from "../wire/json"
import type { Output } from "../wire/output"
import { sourceOf } from "./cell_text"
import type { Cell, NotebookState } from "./notebook_state"

/** An `.ipynb` (nbformat 4). What of an output is not in the page, only with the server, is left out. */
export function notebookFile({ order, cells, metadata, nbformat_minor }: NotebookState): JsonObject {
  return {
    cells: order.flatMap((id) => {
      const cell = cells.get(id)
      return cell ? [cellOf(cell, nbformat_minor >= 5)] : []
    }),
    metadata, nbformat: 4, nbformat_minor,
  }
}

function cellOf(cell: Cell, named: boolean): JsonObject {
  const { id, cell_type, metadata, attachments, execution_count, outputs, text } = cell
  return {
    cell_type, ...(named ? { id } : {}), metadata, source: sourceOf(text),
    ...(Object.keys(attachments).length > 0 ? { attachments } : {}),
    ...(cell_type === "code" ? { execution_count, outputs: outputs.map(outputOf) } : {}),
  }
}

function outputOf(output: Output): JsonObject {
  const { output_type } = output
  switch (output.output_type) {
    case "stream": return { output_type, name: output.name, text: output.text + output.tail }
    case "error": return { output_type, ename: output.ename, evalue: output.evalue, traceback: output.traceback }
    case "display_data": return { output_type, data: output.data, metadata: output.metadata }
    case "execute_result": {
      const count: Json = output.execution_count
      return { output_type, data: output.data, metadata: output.metadata, execution_count: count }
    }
  }
}
