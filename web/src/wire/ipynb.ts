/** A notebook's file (nbformat 4) as far as it is read here: to be compared or looked at, and to take snippets from. */
import { cellTypes, type CellType } from "./cell"
import { asObject, isObject, listAt, member, optionalStringAt, WireError, type Json, type JsonObject } from "./json"
import { parseOutput, type Output } from "./output"

export interface FileCell {
  /** Empty in files that are older than ids. */
  readonly id: string
  readonly cell_type: CellType
  readonly source: string
  readonly metadata: JsonObject
  /** As they stand in the file. */
  readonly attachments: Json
  readonly outputs: Json
  readonly execution_count: number | null
}

export interface NotebookFile {
  readonly cells: readonly FileCell[]
  readonly metadata: JsonObject
}

function text(value: Json | undefined): string {
  if (typeof value === "string") return value
  if (Array.isArray(value)) return value.map((line: Json) => typeof line === "string" ? line : "").join("")
  return ""
}

function parseCell(value: Json): FileCell {
  const cell = asObject(value, "cell")
  const metadata = member(cell, "metadata")
  const count = member(cell, "execution_count")
  return {
    id: optionalStringAt(cell, "id"),
    cell_type: cellTypes.find((known) => known === member(cell, "cell_type")) ?? "raw",
    source: text(member(cell, "source")), metadata: isObject(metadata) ? metadata : {},
    attachments: member(cell, "attachments") ?? {}, outputs: member(cell, "outputs") ?? [],
    execution_count: typeof count === "number" ? count : null,
  }
}

/** Throws a WireError for what is no notebook of nbformat 4. */
export function parseIpynb(value: Json): NotebookFile {
  const file = asObject(value, "notebook")
  if (member(file, "nbformat") !== 4) throw new WireError("not a notebook of nbformat 4")
  const metadata = member(file, "metadata")
  return { cells: listAt(file, "cells", parseCell), metadata: isObject(metadata) ? metadata : {} }
}

/** A cell's outputs, to be shown; what is none is left out. */
export function outputsOf({ outputs }: FileCell): readonly Output[] {
  if (!Array.isArray(outputs)) return []
  return outputs.flatMap((output: Json) => {
    try {
      return [parseOutput(joined(output))]
    } catch {
      return []
    }
  })
}

/** With the lists of lines that a file has for text as one text each. */
function joined(output: Json): Json {
  if (!isObject(output)) return output
  const data = member(output, "data")
  if (!isObject(data)) return output
  const whole = Object.entries(data).map(([type, value]): [string, Json] =>
    [type, Array.isArray(value) && !type.includes("json") ? text(value) : value])
  return { ...output, data: Object.fromEntries(whole) }
}
