/** Who is here and where: the messages of docs/protocol.md 2.4. */
import { cellId, clientId, userId, type CellId, type ClientId, type UserId } from "./ids"
import {
  asArray, asObject, asString, booleanAt, countAt, idAt, listAt, member, oneOfAt, optionalStringAt,
  WireError, type Json, type JsonObject,
} from "./json"
import { roles, type Role } from "./role"

/** Anchor and head of a selection, in UTF-16 units. */
export type Range = readonly [anchor: number, head: number]

export interface Place {
  readonly cell: CellId | null
  readonly selection: readonly Range[]
  /** The text that the selection is in. */
  readonly version: number
  readonly editing: boolean
}

export interface Mover extends Place {
  readonly client: ClientId
}

/** One tab of somebody. */
export interface PersonHere extends Mover {
  readonly user: UserId
  readonly name: string
  readonly color: number
  readonly role: Role
}

export interface PeopleMessage {
  readonly type: "people"
  readonly people: readonly PersonHere[]
}

export interface PresenceMessage {
  readonly type: "presence"
  readonly left: readonly ClientId[]
  readonly people: readonly PersonHere[]
  readonly moved: readonly Mover[]
}

function parseRange(value: Json): Range {
  const [anchor, head] = asArray(value, "range")
  if (typeof anchor !== "number" || typeof head !== "number") throw new WireError("a range of no numbers")
  return [anchor, head]
}

function parseMover(value: Json): Mover {
  const object = asObject(value, "person")
  return {
    client: clientId(idAt(object, "client")),
    cell: member(object, "cell") === null ? null : cellId(idAt(object, "cell")),
    selection: listAt(object, "selection", parseRange),
    version: countAt(object, "version"),
    editing: booleanAt(object, "editing"),
  }
}

function parsePerson(value: Json): PersonHere {
  const object = asObject(value, "person")
  return {
    ...parseMover(value),
    user: userId(idAt(object, "user")),
    name: optionalStringAt(object, "name"),
    color: countAt(object, "color"),
    role: oneOfAt(object, "role", roles),
  }
}

const optionalList = <T>(object: JsonObject, key: string, read: (value: Json) => T): readonly T[] =>
  member(object, key) === undefined ? [] : listAt(object, key, read)

export function parsePeople(object: JsonObject): PeopleMessage {
  return { type: "people", people: listAt(object, "people", parsePerson) }
}

export function parsePresence(object: JsonObject): PresenceMessage {
  return {
    type: "presence",
    left: optionalList(object, "left", (id) => clientId(asString(id, "client"))),
    people: optionalList(object, "people", parsePerson),
    moved: optionalList(object, "moved", parseMover),
  }
}
