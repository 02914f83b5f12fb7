/** Answers of the HTTP API, checked. */
import { notebookId, userId, type NotebookId, type UserId } from "./ids"
import {
  asObject, asString, booleanAt, countAt, idAt, isObject, listAt, member, objectAt, oneOfAt,
  optionalCountAt, optionalStringAt, stringAt,
  type Json,
} from "./json"
import { roles, type Role } from "./role"
import { parseFailure, parseUser, type Person, type WireFailure } from "./server_message"

export interface Me {
  readonly user: {
    readonly id: UserId; readonly email: string; readonly name: string; readonly role: string
    readonly has_password: boolean
    /** False: nobody has shown that the address is the person's. */
    readonly email_verified: boolean
  }
  readonly csrf: string
  /** The person came by a link for a forgotten password. */
  readonly reset: boolean
  readonly version: string
}

export interface NotebookEntry {
  readonly id: NotebookId
  readonly title: string
  /** In one's own Drive; empty for a notebook of somebody else. */
  readonly path: string
  readonly modified_ms: number
  readonly opened_ms: number
  readonly bytes: number
  readonly running: boolean
  readonly role: Role
  readonly owner: Person
  readonly starred: boolean
  /** Somebody but the owner has access, or is invited. */
  readonly shared: boolean
}

export interface Imported {
  readonly id: NotebookId
  readonly notes: readonly string[]
}

export function parseMe(value: Json): Me {
  const object = asObject(value, "answer")
  const user = objectAt(object, "user")
  return {
    user: {
      id: userId(idAt(user, "id")), email: optionalStringAt(user, "email"),
      name: optionalStringAt(user, "name"), role: optionalStringAt(user, "role"),
      has_password: booleanAt(user, "has_password"),
      email_verified: member(user, "email_verified") !== false,
    },
    csrf: stringAt(object, "csrf"),
    reset: member(object, "reset") === true,
    version: optionalStringAt(object, "version"),
  }
}

export function parseNotebooks(value: Json): readonly NotebookEntry[] {
  return listAt(asObject(value, "answer"), "notebooks", (item) => {
    const object = asObject(item, "notebook")
    return {
      id: notebookId(idAt(object, "id")), title: stringAt(object, "title"),
      path: optionalStringAt(object, "path"), modified_ms: countAt(object, "modified_ms"),
      opened_ms: optionalCountAt(object, "opened_ms"), bytes: optionalCountAt(object, "bytes"),
      running: member(object, "running") === true,
      role: oneOfAt(object, "role", roles), owner: parseUser(objectAt(object, "owner")),
      starred: booleanAt(object, "starred"), shared: booleanAt(object, "shared"),
    }
  })
}

export function parseImported(value: Json): Imported {
  const object = asObject(value, "answer")
  return {
    id: notebookId(idAt(object, "id")),
    notes: member(object, "notes") === undefined
      ? [] : listAt(object, "notes", (note) => asString(note, "note")),
  }
}

/** The error of an answer; one without a body in our form gets `fallback`. */
export function parseApiError(value: Json | undefined, fallback: WireFailure): WireFailure {
  if (!isObject(value)) return fallback
  const error = member(value, "error")
  return isObject(error) && typeof member(error, "code") === "string" ? parseFailure(error) : fallback
}
