/** Answers about notebooks that can be opened, and about one of them (docs/protocol.md 5). */
import { notebookId, type NotebookId } from "./ids"
import {
  asObject, asString, countAt, idAt, listAt, member, objectAt, oneOfAt, optionalCountAt, optionalStringAt, stringAt,
  type Json, type JsonObject,
} from "./json"
import { roles, type Role } from "./role"
import { parseUser, type Person } from "./server_message"

/** By language; English is always there. */
export type ByLanguage = Readonly<Record<string, string>>

export interface ExampleEntry {
  readonly name: string
  readonly title: ByLanguage
  /** What one learns. */
  readonly text: ByLanguage
  /** That it needs; empty: any of ours. */
  readonly image: string
}

export interface NotebookFacts {
  readonly id: NotebookId
  readonly title: string
  readonly path: string
  readonly bytes: number
  readonly created_ms: number
  readonly modified_ms: number
  readonly role: Role
  readonly owner: Person
}

function byLanguageAt(object: JsonObject, key: string): ByLanguage {
  return Object.fromEntries(
    Object.entries(objectAt(object, key)).map(([language, words]) => [language, asString(words, key)]))
}

export function parseExamples(value: Json): readonly ExampleEntry[] {
  return listAt(asObject(value, "answer"), "examples", (item) => {
    const example = asObject(item, "example")
    return {
      name: idAt(example, "name"), title: byLanguageAt(example, "title"), text: byLanguageAt(example, "text"),
      image: optionalStringAt(example, "image"),
    }
  })
}

export function parseFacts(value: Json): NotebookFacts {
  const object = asObject(value, "answer")
  return {
    id: notebookId(idAt(object, "id")), title: stringAt(object, "title"), path: optionalStringAt(object, "path"),
    bytes: optionalCountAt(object, "bytes"), created_ms: countAt(object, "created_ms"),
    modified_ms: member(object, "modified_ms") === undefined ? 0 : countAt(object, "modified_ms"),
    role: oneOfAt(object, "role", roles), owner: parseUser(objectAt(object, "owner")),
  }
}
