/** Typed text that the server has not confirmed, as this browser keeps it for when the page is gone. */
import { sourceOf, syncedVersion, toWire, unconfirmed } from "../model/cell_text"
import type { NotebookState } from "../model/notebook_state"
import { cellTypes, type CellType } from "../wire/cell"
import { cellId, clientId, type CellId, type ClientId } from "../wire/ids"
import {
  asArray, asObject, asString, countAt, idAt, listAt, member, oneOfAt, parseJson, stringAt,
  type Json, type JsonObject,
} from "../wire/json"
import type { RecoveredText } from "./recovery"
import { parseCommand, type UnsentCommand } from "./unsent_commands"

/** What one tab typed into one cell: as updates that the server can still take, and as it looked. */
export interface UnsentText {
  /** The tab that typed it; it is given to the server in that tab's name, so that nothing comes twice. */
  readonly client: ClientId
  readonly epoch: string
  readonly cell: CellId
  readonly cell_type: CellType
  readonly version: number
  readonly first: number
  /** None when there was no room for them. */
  readonly changes: readonly (readonly Json[])[]
  readonly source: string
}

export interface Kept {
  readonly saved_ms: number
  readonly texts: readonly UnsentText[]
  readonly commands: readonly UnsentCommand[]
  readonly recovered: readonly RecoveredText[]
}

/** What is unconfirmed in these cells. */
export function unsentIn(state: NotebookState, cells: Iterable<CellId>): readonly UnsentText[] {
  return [...cells].flatMap((id) => {
    const cell = state.cells.get(id)
    if (!cell) return []
    return [{
      client: state.client, epoch: state.epoch, cell: id, cell_type: cell.cell_type,
      version: syncedVersion(cell.text), first: cell.confirmed,
      changes: unconfirmed(cell.text).map(toWire), source: sourceOf(cell.text),
    }]
  })
}

function parseText(value: Json): UnsentText {
  const object = asObject(value, "unsent text")
  return {
    client: clientId(idAt(object, "client")),
    epoch: idAt(object, "epoch"),
    cell: cellId(idAt(object, "cell")),
    cell_type: oneOfAt(object, "cell_type", cellTypes),
    version: countAt(object, "version"),
    first: countAt(object, "first"),
    changes: listAt(object, "changes", (change) => asArray(change, "change")),
    source: stringAt(object, "source"),
  }
}

function parseRecovered(value: Json): RecoveredText {
  const object = asObject(value, "recovered text")
  return {
    id: cellId(idAt(object, "id")),
    cell: cellId(idAt(object, "cell")),
    cell_type: oneOfAt(object, "cell_type", cellTypes),
    source: asString(member(object, "source"), "source"),
    typed_ms: countAt(object, "typed_ms"),
  }
}

/** Throws a WireError when it is not what keep() wrote. */
export function parseKept(text: string): Kept {
  const object: JsonObject = asObject(parseJson(text), "kept text")
  return {
    saved_ms: countAt(object, "saved_ms"),
    texts: listAt(object, "texts", parseText),
    commands: member(object, "commands") === undefined ? [] : listAt(object, "commands", parseCommand),
    recovered: listAt(object, "recovered", parseRecovered),
  }
}
