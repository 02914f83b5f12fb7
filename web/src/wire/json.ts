/** JSON as a type, and the reading of untrusted values: what does not fit throws a WireError. */
export type Json = null | boolean | number | string | readonly Json[] | JsonObject
export interface JsonObject {
  readonly [key: string]: Json
}

/** What came in is not what docs/protocol.md says. */
export class WireError extends Error {
  override name = "WireError"
}

export function parseJson(text: string): Json {
  try {
    return JSON.parse(text) as Json
  } catch {
    throw new WireError("not JSON")
  }
}

export function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value)
}

function isArray(value: Json | undefined): value is readonly Json[] {
  return Array.isArray(value)
}

export function asObject(value: Json | undefined, what: string): JsonObject {
  if (!isObject(value)) throw new WireError(`${what} is not an object`)
  return value
}

export function asArray(value: Json | undefined, what: string): readonly Json[] {
  if (!isArray(value)) throw new WireError(`${what} is not a list`)
  return value
}

export function asString(value: Json | undefined, what: string): string {
  if (typeof value !== "string") throw new WireError(`${what} is not a string`)
  return value
}

/** A member of `object`, own ones only: `__proto__` and its like are never found. */
export function member(object: JsonObject, key: string): Json | undefined {
  return Object.hasOwn(object, key) ? object[key] : undefined
}

export function stringAt(object: JsonObject, key: string): string {
  return asString(member(object, key), key)
}

export function optionalStringAt(object: JsonObject, key: string): string {
  const value = member(object, key)
  return value === undefined || value === null ? "" : asString(value, key)
}

export function idAt(object: JsonObject, key: string): string {
  const value = stringAt(object, key)
  if (value === "") throw new WireError(`${key} is empty`)
  return value
}

export function numberAt(object: JsonObject, key: string): number {
  const value = member(object, key)
  if (typeof value !== "number" || !Number.isFinite(value)) {
    throw new WireError(`${key} is not a number`)
  }
  return value
}

/** A whole number from 0 that counts exactly. */
export function countAt(object: JsonObject, key: string): number {
  const value = member(object, key)
  if (!Number.isSafeInteger(value) || (value as number) < 0) {
    throw new WireError(`${key} is not a count`)
  }
  return value as number
}

export function optionalCountAt(object: JsonObject, key: string): number {
  return member(object, key) === undefined ? 0 : countAt(object, key)
}

export function booleanAt(object: JsonObject, key: string): boolean {
  const value = member(object, key)
  if (typeof value !== "boolean") throw new WireError(`${key} is not true or false`)
  return value
}

export function objectAt(object: JsonObject, key: string): JsonObject {
  return asObject(member(object, key), key)
}

export function optionalObjectAt(object: JsonObject, key: string): JsonObject | undefined {
  const value = member(object, key)
  return value === undefined || value === null ? undefined : asObject(value, key)
}

export function listAt<T>(object: JsonObject, key: string, read: (value: Json) => T): readonly T[] {
  return asArray(member(object, key), key).map(read)
}

/** The member, which must be one of `names`. */
export function oneOfAt<const T extends string>(
  object: JsonObject, key: string, names: readonly T[],
): T {
  const value = stringAt(object, key)
  const found = names.find((name) => name === value)
  if (found === undefined) throw new WireError(`${key} is unknown: ${value.slice(0, 40)}`)
  return found
}
