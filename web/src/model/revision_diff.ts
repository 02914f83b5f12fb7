/** What became of each cell between two versions of a notebook: a list to be read from top to bottom. */
import type { RevisionCell, RevisionContent } from "../wire/history"
import type { CellId } from "../wire/ids"
import type { Json, JsonObject } from "../wire/json"

export type CellFate = "same" | "changed" | "added" | "deleted"

/** `unknown`: one of the two versions has no outputs of this cell. */
export type OutputsFate = "same" | "changed" | "unknown"

export interface CellDiff {
  /** Unique in the list. */
  readonly id: string
  readonly fate: CellFate
  /** Null for an added cell. */
  readonly before: RevisionCell | null
  /** Null for a deleted one. */
  readonly after: RevisionCell | null
  readonly moved: boolean
  readonly text: boolean
  readonly type: boolean
  readonly metadata: boolean
  readonly attachments: boolean
  readonly outputs: OutputsFate
}

export interface NotebookDiff {
  readonly cells: readonly CellDiff[]
  /** The notebook's own metadata differ. */
  readonly metadata: boolean
}

/** JSON with sorted keys: equal for values that are equal but for the order of members. */
export function canonical(value: Json, indent = 0): string {
  const sorted = (item: Json): Json => {
    if (Array.isArray(item)) return item.map(sorted)
    if (typeof item !== "object" || item === null) return item
    return Object.fromEntries(Object.entries(item).sort(([a], [b]) => a < b ? -1 : a > b ? 1 : 0)
      .map(([key, member]) => [key, sorted(member)]))
  }
  return JSON.stringify(sorted(value), null, indent)
}

const differ = (a: JsonObject, b: JsonObject): boolean => canonical(a) !== canonical(b)

/** The places in `numbers` of a longest rising part of it. */
function longestRise(numbers: readonly number[]): ReadonlySet<number> {
  const tails: number[] = [] // Of each length the place of the smallest last number.
  const before: number[] = []
  numbers.forEach((number, place) => {
    let low = 0
    let high = tails.length
    while (low < high) {
      const middle = (low + high) >> 1
      if ((numbers[tails[middle] ?? 0] ?? 0) < number) low = middle + 1
      else high = middle
    }
    before.push(low > 0 ? tails[low - 1] ?? -1 : -1)
    tails[low] = place
  })
  const rise = new Set<number>()
  for (let place = tails.at(-1) ?? -1; place >= 0; place = before[place] ?? -1) rise.add(place)
  return rise
}

/** For each cell of `after` its counterpart: by id; of what is left, those that say the same, in order. */
function counterparts(
  before: readonly RevisionCell[], after: readonly RevisionCell[],
): ReadonlyMap<CellId, RevisionCell> {
  const byId = new Map(before.map((cell) => [cell.id, cell]))
  const found = new Map<CellId, RevisionCell>()
  for (const cell of after) {
    const same = byId.get(cell.id)
    if (same) found.set(cell.id, same)
  }
  const here = new Set(after.map(({ id }) => id))
  const says = (cell: RevisionCell): string => `${cell.cell_type} ${cell.source}`
  const left = new Map<string, RevisionCell[]>()
  for (const cell of before) {
    if (here.has(cell.id) || cell.source.trim() === "") continue
    left.set(says(cell), [...left.get(says(cell)) ?? [], cell])
  }
  for (const cell of after) {
    if (found.has(cell.id)) continue
    const same = left.get(says(cell))?.shift()
    if (same) found.set(cell.id, same)
  }
  return found
}

function outputsFate(
  before: RevisionCell, after: RevisionCell, known: boolean,
): OutputsFate {
  if (!known || before.running || after.running) return "unknown"
  return before.outputs === after.outputs ? "same" : "changed"
}

function compareCell(before: RevisionCell, after: RevisionCell, moved: boolean, known: boolean): CellDiff {
  const text = before.source !== after.source
  const type = before.cell_type !== after.cell_type
  const metadata = differ(before.metadata, after.metadata)
  const attachments = before.attachments !== after.attachments
  const outputs = outputsFate(before, after, known)
  const changed = text || type || metadata || attachments || moved || outputs === "changed"
  return {
    id: after.id, fate: changed ? "changed" : "same", before, after, moved, text, type, metadata,
    attachments, outputs,
  }
}

const alone = {
  moved: false, text: false, type: false, metadata: false, attachments: false, outputs: "same",
} as const

/** In the order of `after`; a deleted cell stands behind the one that it stood behind. */
export function compareRevisions(before: RevisionContent, after: RevisionContent): NotebookDiff {
  const pairs = counterparts(before.cells, after.cells)
  const places = new Map(before.cells.map(({ id }, place) => [id, place]))
  const common = after.cells.filter(({ id }) => pairs.has(id))
  const rise = longestRise(common.map(({ id }) => places.get(pairs.get(id)?.id ?? id) ?? 0))
  const stays = new Set(common.filter((_, place) => rise.has(place)).map(({ id }) => id))
  const known = before.with_outputs && after.with_outputs

  const kept = new Set([...pairs.values()].map(({ id }) => id))
  const deletedBehind = new Map<CellId | null, RevisionCell[]>()
  let last: CellId | null = null
  for (const cell of before.cells) {
    if (kept.has(cell.id)) last = cell.id
    else deletedBehind.set(last, [...deletedBehind.get(last) ?? [], cell])
  }
  const deleted = (behind: CellId | null): readonly CellDiff[] =>
    (deletedBehind.get(behind) ?? []).map((cell) =>
      ({ ...alone, id: `deleted ${cell.id}`, fate: "deleted", before: cell, after: null }))

  const cells = after.cells.flatMap((cell): readonly CellDiff[] => {
    const was = pairs.get(cell.id)
    if (!was) return [{ ...alone, id: cell.id, fate: "added", before: null, after: cell }]
    return [compareCell(was, cell, !stays.has(cell.id), known), ...deleted(was.id)]
  })
  return { cells: [...deleted(null), ...cells], metadata: differ(before.metadata, after.metadata) }
}

/** A stretch of cells that are the same, to be folded away; or a cell that is not. */
export type DiffPart =
  | { readonly kind: "cell"; readonly cell: CellDiff }
  | { readonly kind: "same"; readonly id: string; readonly cells: readonly CellDiff[] }

export function foldSame(cells: readonly CellDiff[]): readonly DiffPart[] {
  const parts: DiffPart[] = []
  for (const cell of cells) {
    const end = parts.at(-1)
    if (cell.fate !== "same") parts.push({ kind: "cell", cell })
    else if (end?.kind === "same") parts.splice(-1, 1, { ...end, cells: [...end.cells, cell] })
    else parts.push({ kind: "same", id: cell.id, cells: [cell] })
  }
  return parts
}
