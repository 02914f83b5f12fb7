/** Whether two who followed the same notebook see the same. */
import { isDeepStrictEqual } from "node:util"
import { sourceOf, syncedVersion } from "../src/model/cell_text"
import type { Cell, NotebookState } from "../src/model/notebook_state"

/** A cell with its text as plain values. */
function plain({ text, ...rest }: Cell): object {
  return { ...rest, source: sourceOf(text), version: syncedVersion(text) }
}

/** In words; none when all is alike. */
export function differences(here: NotebookState, server: NotebookState): readonly string[] {
  const out: string[] = []
  const compare = (what: string, a: unknown, b: unknown): void => {
    if (!isDeepStrictEqual(a, b)) out.push(`${what}: ${JSON.stringify(a)} here, ${JSON.stringify(b)} at the server`)
  }
  compare("epoch", here.epoch, server.epoch)
  compare("seq", here.seq, server.seq)
  compare("metadata", here.metadata, server.metadata)
  compare("order", here.order, server.order)
  compare("queue", here.queue, server.queue)
  // The first line of a deleted cell is as it was seen here, with what was typed and not sent.
  const binned = ({ bin }: NotebookState): object[] => bin.map((cell) => ({ ...cell, first_line: "" }))
  compare("bin", binned(here), binned(server))
  compare("threads", here.threads, server.threads)
  for (const id of new Set([...here.cells.keys(), ...server.cells.keys()])) {
    const [a, b] = [here.cells.get(id), server.cells.get(id)]
    compare(`cell ${id}`, a && plain(a), b && plain(b))
  }
  return out
}
