/** Answers about a person at GitHub, and where their notebooks are there (docs/protocol.md 5.2). */
import {
  asObject, booleanAt, countAt, idAt, isObject, listAt, member, optionalObjectAt, optionalStringAt, oneOfAt, stringAt, type Json,
  type JsonObject,
} from "./json"

export interface GitHubAccount {
  /** A token that the person made, or one that the server's OAuth app got. */
  readonly kind: "token" | "oauth"
  readonly login: string
  /** As GitHub tells them; empty of a fine-grained token. */
  readonly scopes: string
  readonly created_ms: number
}

export interface GitHubConnection {
  readonly enabled: boolean
  /** Where people look at it: https://github.com. */
  readonly web: string
  /** One can be connected without making a token. */
  readonly oauth: boolean
  readonly account: GitHubAccount | null
}

export interface FileTarget {
  /** "owner/name" */
  readonly repository: string
  readonly branch: string
  readonly path: string
  readonly link: boolean
}

export interface GistTarget {
  readonly owner: string
  readonly public: boolean
  readonly link: boolean
}

/** A notebook, and where it came from or was saved last. */
export interface GitHubPlace {
  readonly title: string
  readonly account: GitHubAccount | null
  readonly file: FileTarget | null
  readonly gist: GistTarget | null
}

export interface OwnRepository {
  readonly name: string
  readonly default_branch: string
  readonly may_write: boolean
}

function accountAt(object: JsonObject): GitHubAccount | null {
  const account = optionalObjectAt(object, "account")
  return account === undefined ? null : {
    kind: oneOfAt(account, "kind", ["token", "oauth"]), login: idAt(account, "login"), scopes: stringAt(account, "scopes"),
    created_ms: countAt(account, "created_ms"),
  }
}

export function parseConnection(value: Json): GitHubConnection {
  const object = asObject(value, "answer")
  return {
    enabled: booleanAt(object, "enabled"), web: stringAt(object, "web"), oauth: booleanAt(object, "oauth"), account: accountAt(object),
  }
}

export function parsePlace(value: Json): GitHubPlace {
  const object = asObject(value, "answer")
  const file = optionalObjectAt(object, "file")
  const gist = optionalObjectAt(object, "gist")
  return {
    title: stringAt(object, "title"), account: accountAt(object),
    file: file === undefined ? null : {
      repository: stringAt(file, "repository"), branch: stringAt(file, "branch"), path: stringAt(file, "path"), link: booleanAt(file, "link"),
    },
    gist: gist === undefined ? null : { owner: stringAt(gist, "owner"), public: booleanAt(gist, "public"), link: booleanAt(gist, "link") },
  }
}

export const parseOwnRepositories = (value: Json): readonly OwnRepository[] =>
  listAt(asObject(value, "answer"), "repositories", (item) => {
    const object = asObject(item, "repository")
    return { name: idAt(object, "name"), default_branch: optionalStringAt(object, "default_branch"), may_write: booleanAt(object, "may_write") }
  })

/** What is there now instead of what the person has seen: a version to replace, or nothing any more (empty). */
export function whatIsThere(answer: Json | undefined): string {
  const there = isObject(answer) ? member(answer, "there") : undefined
  return typeof there === "string" ? there : ""
}
