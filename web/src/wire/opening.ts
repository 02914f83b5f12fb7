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

/** This server, for reports about it. */
export interface ServerFacts {
  readonly version: string
  /** Empty: there is none. */
  readonly report_url: string
}

export function parseServerFacts(value: Json): ServerFacts {
  const object = asObject(value, "answer")
  return { version: optionalStringAt(object, "version"), report_url: optionalStringAt(object, "report_url") }
}

export interface GitHubFacts {
  readonly enabled: boolean
  /** Where people look at it: https://github.com. */
  readonly web: string
}

export interface RepositoryEntry {
  /** "owner/name" */
  readonly name: string
  readonly description: string
  readonly default_branch: string
  readonly private: boolean
}

export interface GitHubNotebooks {
  /** Their paths in the repository. */
  readonly paths: readonly string[]
  /** There are more than GitHub tells at once. */
  readonly truncated: boolean
}

export function parseGitHubFacts(value: Json): GitHubFacts {
  const object = asObject(value, "answer")
  return { enabled: member(object, "enabled") === true, web: optionalStringAt(object, "web") }
}

export function parseRepositories(value: Json): readonly RepositoryEntry[] {
  return listAt(asObject(value, "answer"), "repositories", (item) => {
    const object = asObject(item, "repository")
    return {
      name: idAt(object, "name"), description: optionalStringAt(object, "description"),
      default_branch: optionalStringAt(object, "default_branch"), private: member(object, "private") === true,
    }
  })
}

export const parseBranches = (value: Json): readonly string[] =>
  listAt(asObject(value, "answer"), "branches", (item) => asString(item, "branch"))

export function parseGitHubNotebooks(value: Json): GitHubNotebooks {
  const object = asObject(value, "answer")
  return {
    paths: listAt(object, "notebooks", (item) => idAt(asObject(item, "notebook"), "path")),
    truncated: member(object, "truncated") === true,
  }
}
