/** The variables that a kernel tells of, in its prelude's words. Pure. */
import { isObject, member, type Json, type JsonObject } from "../wire/json"

export interface Variable {
  readonly name: string
  readonly type: string
  readonly shape: string
  /** Abbreviated by the kernel, never by the value's own repr. */
  readonly value: string
  /** It can be shown as an interactive table. */
  readonly isTable: boolean
}

export interface Variables {
  readonly list: readonly Variable[]
  /** There are more than were told. */
  readonly more: boolean
}

/** Reads an answer; null when it is none. */
export function parseVariables(answer: JsonObject): Variables | null {
  const list = member(answer, "variables")
  if (!Array.isArray(list)) return null
  const items: readonly Json[] = list
  return {
    more: member(answer, "more") === true,
    list: items.flatMap((item) => isObject(item) ? [{
      name: textAt(item, "name"), type: textAt(item, "type"), shape: textAt(item, "shape"),
      value: textAt(item, "value"), isTable: member(item, "table") === true,
    }] : []),
  }
}

function textAt(object: JsonObject, key: string): string {
  const value = member(object, key)
  return typeof value === "string" ? value.slice(0, 2000) : ""
}

/** Those that have the words of `filter` in name, type or value, by name. */
export function filtered(list: readonly Variable[], filter: string): readonly Variable[] {
  const words = filter.trim().toLowerCase()
  return list
    .filter(({ name, type, value }) => words === "" || [name, type, value].some((text) => text.toLowerCase().includes(words)))
    .sort((a, b) => a.name.localeCompare(b.name, undefined, { numeric: true }))
}
