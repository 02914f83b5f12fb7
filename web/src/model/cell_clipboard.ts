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

/** Without what holds for one cell of one notebook only. */
const portable = (metadata: JsonObject): JsonObject =>
  Object.fromEntries(Object.entries(metadata).filter(([name]) => !["executionInfo", "outputId", "id"].includes(name)))

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
export function pastedCells(json: string, text: string): readonly CopiedCell[] {
  const known = parse(json)
  if (known) return known
  // A notebook's file, or cells of another program that writes them the same way.
  const notebook = text.trimStart().startsWith("{") ? parse(text) : null
  if (notebook) return notebook
  const source = text.replace(/\r\n?/g, "\n").replace(/\n$/, "")
  return source.trim() === "" ? [] : [{ cell_type: "code", source, metadata: {}, attachments: {} }]
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

function parseCell(value: Json): CopiedCell {
  const object = asObject(value, "cell")
  const source = member(object, "source")
  return {
    cell_type: oneOfAt(object, "cell_type", cellTypes),
    source: Array.isArray(source) ? source.filter((line) => typeof line === "string").join("") : stringAt(object, "source"),
    metadata: isObject(member(object, "metadata")) ? portable(objectAt(object, "metadata")) : {},
    attachments: optionalObjectAt(object, "attachments") ?? {},
  }
}
