import type { Cell } from "../../model/notebook_state"

/** How high a cell will be that was never drawn, in pixels; from then on the browser remembers. */
export function guessHeight(cell: Cell | undefined): number {
  if (!cell) return 0
  const outputs = cell.outputs.length > 0 ? 120 : 0
  return cell.text.doc.lines * 20 + 28 + outputs
}
