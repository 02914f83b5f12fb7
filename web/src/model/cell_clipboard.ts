/** Cells on the clipboard: as text for other programs, and whole for Colibri. Pure. */
import {
  asObject, isObject, member, objectAt, oneOfAt, optionalObjectAt, parseJson, stringAt, type Json, type JsonObject,
} from "../wire/json"
import { cellTypes, type CellType } from "../wire/cell"
import { sourceOf } from "./cell_text"
import type { Cell } from "./notebook_state"

export const clipboardType = "application/x-colibri-cells+json"

export interface CopiedCell {
  readonly cell_type: CellType
  readonly source: string
  readonly metadata: JsonObject
  readonly attachments: JsonObject
}

const most = 1_000
/** A message to the server has at most 16 MiB (docs/protocol.md 2); all that is pasted at once is no more than twice that. */
const mostBytes = { cell: 12 << 20, all: 32 << 20 } as const
const deepest = 32
const mostValues = 20_000

/** Without what holds for one cell of one notebook only, and without what says who is to be trusted. */
const portable = (metadata: JsonObject): JsonObject =>
  Object.fromEntries(Object.entries(metadata).filter(([name]) => !["executionInfo", "outputId", "id", "trusted"].includes(name)))

export function copiedCells(cells: readonly Cell[]): { readonly text: string; readonly json: string } {
  const copied = cells.map((cell): CopiedCell => ({
    cell_type: cell.cell_type, source: sourceOf(cell.text), metadata: portable(cell.metadata), attachments: cell.attachments,
  }))
  return {
    text: copied.map(({ source }) => source).join("\n\n"),
    json: JSON.stringify({ cells: copied }),
  }
}

/** What a clipboard holds as cells; text of other programs is one code cell, and nothing is none. */
export function pastedCells(json: string, text: string): readonly CopiedCell[] | "too_large" {
  // What is longer in units is so in bytes.
  if (json.length > mostBytes.all || text.length > mostBytes.all) return "too_large"
  const cells = cellsIn(json, text)
  const sizes = cells.map(({ source, metadata, attachments }) => Math.max(bytesOf({ source, metadata }), bytesOf(attachments)))
  const all = sizes.reduce((sum, size) => sum + size, 0)
  return sizes.some((size) => size > mostBytes.cell) || all > mostBytes.all ? "too_large" : cells
}

const bytesOf = (value: Json): number => new TextEncoder().encode(JSON.stringify(value)).length

function cellsIn(json: string, text: string): readonly CopiedCell[] {
  const known = parse(json)
  if (known) return known
  // A notebook's file, or cells of another program that writes them the same way.
  const notebook = text.trimStart().startsWith("{") ? parse(text) : null
  if (notebook) return notebook
  const source = text.replace(/\r\n?/g, "\n").replace(/\n$/, "")
  return source.trim() === "" ? [] : [{ cell_type: "code", source: whole(source), metadata: {}, attachments: {} }]
}

function parse(json: string): readonly CopiedCell[] | null {
  if (json === "") return null
  try {
    const cells = member(asObject(parseJson(json), "cells"), "cells")
    return Array.isArray(cells) && cells.length > 0 && cells.length <= most ? cells.map(parseCell) : null
  } catch {
    return null
  }
}

/** Half of a character is none. */
const whole = (text: string): string => text.replace(/[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g, "\ufffd")

/** The object, but for one that is deeper or has more in it than a cell's ever has. */
function modest(object: JsonObject): JsonObject {
  let level: readonly Json[] = [object]
  let count = 0
  for (let depth = 0; level.length > 0; depth += 1) {
    count += level.length
    if (depth > deepest || count > mostValues) return {}
    level = level.flatMap((value) => typeof value === "object" && value !== null ? Object.values(value) : [])
  }
  return object
}

function parseCell(value: Json): CopiedCell {
  const object = asObject(value, "cell")
  const source = member(object, "source")
  const text = Array.isArray(source) ? source.filter((line) => typeof line === "string").join("") : stringAt(object, "source")
  return {
    cell_type: oneOfAt(object, "cell_type", cellTypes),
    source: whole(text.replace(/\r\n?/g, "\n")),
    metadata: isObject(member(object, "metadata")) ? modest(portable(objectAt(object, "metadata"))) : {},
    attachments: modest(optionalObjectAt(object, "attachments") ?? {}),
  }
}
