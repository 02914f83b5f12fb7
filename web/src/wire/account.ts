/** Answers of the account routes (docs/protocol.md 4), checked. */
import { userId, type UserId } from "./ids"
import {
  asObject, asString, booleanAt, countAt, idAt, listAt, objectAt, oneOfAt, optionalCountAt,
  optionalStringAt, stringAt,
  type Json, type JsonObject,
} from "./json"

export interface ProviderName {
  readonly name: string
  readonly title: string
}

/** What the sign-in page offers. */
export interface SignInWays {
  readonly sign_up: "invitation" | "domain" | "open"
  readonly domains: readonly string[]
  /** Links can be mailed. */
  readonly mail: boolean
  readonly providers: readonly ProviderName[]
}

export interface InvitationLook {
  readonly email: string
  readonly invited_by: string
}

export interface SessionEntry {
  readonly id: string
  readonly current: boolean
  readonly method: string
  readonly user_agent: string
  readonly address: string
  readonly created_ms: number
  readonly last_seen_ms: number
}

export interface TokenEntry {
  readonly id: string
  readonly name: string
  readonly scopes: readonly string[]
  readonly created_ms: number
  readonly expires_ms: number
  /** 0: never. */
  readonly used_ms: number
}

export interface LinkedSignIn {
  readonly issuer: string
  /** Empty: the provider is no longer in the server's settings. */
  readonly provider: string
  readonly email: string
  readonly created_ms: number
  readonly used_ms: number
}

/** What would go with one's account. */
export interface Deletion {
  readonly notebooks: number
  /** Of these: somebody else has access. */
  readonly shared: number
  readonly last_administrator: boolean
}

export type PersonRole = "owner" | "user"

export interface Person {
  readonly id: UserId
  readonly email: string
  readonly email_verified: boolean
  readonly name: string
  readonly role: PersonRole
  readonly has_password: boolean
  readonly disabled: boolean
  readonly created_ms: number
  /** 0: never. */
  readonly last_seen_ms: number
}

export interface Invitation {
  readonly email: string
  readonly role: PersonRole
  readonly invited_by: string
  readonly created_ms: number
  readonly expires_ms: number
}

export interface People {
  readonly people: readonly Person[]
  readonly invitations: readonly Invitation[]
}

export interface PersonLink {
  readonly link: string
  readonly mailed: boolean
}

const roles = ["owner", "user"] as const
const text = (value: Json): string => asString(value, "item")
const answer = (value: Json): JsonObject => asObject(value, "answer")

export function parseSignInWays(value: Json): SignInWays {
  const object = answer(value)
  return {
    sign_up: oneOfAt(object, "sign_up", ["invitation", "domain", "open"]),
    domains: listAt(object, "domains", text),
    mail: booleanAt(object, "mail"),
    providers: listAt(object, "providers", (item) => {
      const provider = asObject(item, "provider")
      return { name: idAt(provider, "name"), title: stringAt(provider, "title") }
    }),
  }
}

export function parseInvitationLook(value: Json): InvitationLook {
  const object = answer(value)
  return { email: stringAt(object, "email"), invited_by: optionalStringAt(object, "invited_by") }
}

export function parseSessions(value: Json): readonly SessionEntry[] {
  return listAt(answer(value), "sessions", (item) => {
    const object = asObject(item, "session")
    return {
      id: idAt(object, "id"), current: booleanAt(object, "current"),
      method: optionalStringAt(object, "method"), user_agent: optionalStringAt(object, "user_agent"),
      address: optionalStringAt(object, "address"), created_ms: countAt(object, "created_ms"),
      last_seen_ms: countAt(object, "last_seen_ms"),
    }
  })
}

function parseToken(item: Json): TokenEntry {
  const object = asObject(item, "token")
  return {
    id: idAt(object, "id"), name: stringAt(object, "name"), scopes: listAt(object, "scopes", text),
    created_ms: countAt(object, "created_ms"), expires_ms: countAt(object, "expires_ms"),
    used_ms: optionalCountAt(object, "used_ms"),
  }
}

export function parseTokens(value: Json): readonly TokenEntry[] {
  return listAt(answer(value), "tokens", parseToken)
}

/** The token itself, which is told this once. */
export function parseNewToken(value: Json): string {
  return idAt(answer(value), "token")
}

export function parseLinkedSignIns(value: Json): readonly LinkedSignIn[] {
  return listAt(answer(value), "sign_ins", (item) => {
    const object = asObject(item, "sign-in")
    return {
      issuer: idAt(object, "issuer"), provider: optionalStringAt(object, "provider"),
      email: optionalStringAt(object, "email"), created_ms: countAt(object, "created_ms"),
      used_ms: optionalCountAt(object, "used_ms"),
    }
  })
}

export function parseUrl(value: Json): string {
  return idAt(answer(value), "url")
}

function parsePerson(item: Json): Person {
  const object = asObject(item, "person")
  return {
    id: userId(idAt(object, "id")), email: stringAt(object, "email"),
    email_verified: booleanAt(object, "email_verified"), name: optionalStringAt(object, "name"),
    role: oneOfAt(object, "role", roles), has_password: booleanAt(object, "has_password"),
    disabled: booleanAt(object, "disabled"), created_ms: countAt(object, "created_ms"),
    last_seen_ms: optionalCountAt(object, "last_seen_ms"),
  }
}

export function parsePeople(value: Json): People {
  const object = answer(value)
  return {
    people: listAt(object, "people", parsePerson),
    invitations: listAt(object, "invitations", (item) => {
      const invitation = asObject(item, "invitation")
      return {
        email: stringAt(invitation, "email"), role: oneOfAt(invitation, "role", roles),
        invited_by: optionalStringAt(invitation, "invited_by"),
        created_ms: countAt(invitation, "created_ms"), expires_ms: countAt(invitation, "expires_ms"),
      }
    }),
  }
}

export function parsePersonLink(value: Json): PersonLink {
  const object = answer(value)
  return { link: stringAt(object, "link"), mailed: booleanAt(object, "mailed") }
}

/** The address that a confirmed link made one's own. */
export function parseConfirmedEmail(value: Json): string {
  return stringAt(objectAt(answer(value), "user"), "email")
}

export function parseDeletion(json: Json): Deletion {
  const object = asObject(json, "deletion")
  return {
    notebooks: countAt(object, "notebooks"),
    shared: countAt(object, "shared"),
    last_administrator: booleanAt(object, "last_administrator"),
  }
}
