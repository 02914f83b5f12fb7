/** Answers of the routes about sharing (docs/protocol.md 5), checked. */
import {
  asObject, booleanAt, idAt, listAt, objectAt, oneOfAt, optionalStringAt, stringAt,
  type Json, type JsonObject,
} from "./json"
import { roles, type Role } from "./role"
import { parseUser, type Person } from "./server_message"

/** What can be given; a notebook has one owner. */
export const givenRoles = ["viewer", "commenter", "editor"] as const
export type GivenRole = (typeof givenRoles)[number]

export interface PersonAccess {
  readonly person: Person
  readonly role: GivenRole
}

export interface PendingAccess {
  readonly email: string
  readonly role: GivenRole
}

/** Who has access to a notebook, as far as this person is told. */
export interface Access {
  readonly title: string
  readonly owner: Person
  readonly people: readonly PersonAccess[]
  /** Addresses without an account yet. */
  readonly invitations: readonly PendingAccess[]
  /** Of whoever has the link; null: nobody by that alone. */
  readonly link_role: GivenRole | null
  readonly editors_share: boolean
  /** Of who asks. */
  readonly role: Role
  readonly may_share: boolean
  /** The server sends mail. */
  readonly mail: boolean
}

/** What came of sharing with one address. */
export interface Shared {
  readonly email: string
  /** `owner` when it is the owner's address, which gets nothing new. */
  readonly role: Role
  readonly has_account: boolean
  readonly mailed: boolean
  /** To hand on: it makes the account; empty when there is none. */
  readonly link: string
}

const answer = (value: Json): JsonObject => asObject(value, "answer")

function parsePending(item: Json): PendingAccess {
  const object = asObject(item, "invitation")
  return { email: idAt(object, "email"), role: oneOfAt(object, "role", givenRoles) }
}

export function parseAccess(value: Json): Access {
  const object = answer(value)
  return {
    title: stringAt(object, "title"),
    owner: parseUser(objectAt(object, "owner")),
    people: listAt(object, "people", (item) => {
      const person = asObject(item, "person")
      return { person: parseUser(person), role: oneOfAt(person, "role", givenRoles) }
    }),
    invitations: listAt(object, "invitations", parsePending),
    link_role: stringAt(object, "link_role") === "" ? null : oneOfAt(object, "link_role", givenRoles),
    editors_share: booleanAt(object, "editors_share"),
    role: oneOfAt(object, "role", roles),
    may_share: booleanAt(object, "may_share"),
    mail: booleanAt(object, "mail"),
  }
}

export function parseShared(value: Json): readonly Shared[] {
  return listAt(answer(value), "people", (item) => {
    const object = asObject(item, "person")
    return {
      email: idAt(object, "email"), role: oneOfAt(object, "role", roles),
      has_account: booleanAt(object, "has_account"), mailed: booleanAt(object, "mailed"),
      link: optionalStringAt(object, "link"),
    }
  })
}
