/**
 * A long notebook in pieces, so that the browser looks at a few of them and not at each cell. A cell stays in its piece
 * while others come, go and move: in another one it would be drawn anew. Pure.
 */
import type { CellId } from "../wire/ids"

export interface CellChunk {
  readonly key: number
  readonly cells: readonly CellId[]
}

/** Cells of a new piece, and from how many on a piece takes no more at its end. */
export const chunkSize = 24
export const fullChunk = 2 * chunkSize

/** The pieces of `order`, made from those of an order before. What has not changed is the same object. */
export function chunked(before: readonly CellChunk[], order: readonly CellId[]): readonly CellChunk[] {
  const homes = new Map(before.flatMap(({ cells }, home) => cells.map((id) => [id, home] as const)))
  const stay = ascending(order.map((id) => homes.get(id)))
  let nextKey = Math.max(-1, ...before.map(({ key }) => key)) + 1
  const made: { key: number; home: number; isNew: boolean; cells: CellId[] }[] = []
  order.forEach((id, index) => {
    const home = homes.get(id)
    let last = made.at(-1)
    if (home !== undefined && stay[index]) {
      // A piece that was begun for newer cells in front of all others takes this one too when it is its own.
      if (last?.home !== home) made.push(last = { key: before[home]?.key ?? nextKey++, home, isNew: false, cells: [] })
    } else if (!last || last.cells.length >= (last.isNew ? chunkSize : fullChunk) && !staysLater(last.home, index)) {
      const first = last ? -1 : nextHome(index)
      made.push(last = first < 0 ? { key: nextKey++, home: -1, isNew: true, cells: [] }
        : { key: before[first]?.key ?? nextKey++, home: first, isNew: false, cells: [] })
    }
    last.cells.push(id)
  })
  return made.map(({ key, home, cells }) => {
    const old = before[home]
    return old?.cells.length === cells.length && old.cells.every((id, i) => id === cells[i]) ? old : { key, cells }
  })

  /** Whether a cell of this piece is yet to come. */
  function staysLater(home: number, index: number): boolean {
    return home >= 0 && nextHome(index) === home
  }

  /** The piece of the next cell that stays where it is; -1 for none. */
  function nextHome(index: number): number {
    for (let i = index; i < order.length; i++) {
      const id = order[i]
      if (stay[i] && id !== undefined) return homes.get(id) ?? -1
    }
    return -1
  }
}

/** Which entries belong to a longest run that never goes back; those without a number do not. */
function ascending(numbers: readonly (number | undefined)[]): readonly boolean[] {
  const tails: number[] = []
  const before: number[] = []
  numbers.forEach((number, index) => {
    if (number === undefined) return
    let low = 0
    for (let high = tails.length; low < high;) {
      const middle = (low + high) >> 1
      if ((numbers[tails[middle] ?? 0] ?? 0) <= number) low = middle + 1
      else high = middle
    }
    before[index] = tails[low - 1] ?? -1
    tails[low] = index
  })
  const kept = numbers.map(() => false)
  for (let index = tails.at(-1) ?? -1; index >= 0; index = before[index] ?? -1) kept[index] = true
  return kept
}
