/** The files of a runtime (docs/protocol.md 7.2). */
import {
  asObject, asString, countAt, isObject, listAt, member, numberAt, oneOfAt, optionalStringAt, parseJson, stringAt, type Json, type JsonObject,
} from "./json"

const entryTypes = ["file", "folder", "other", "broken"] as const
export type EntryType = (typeof entryTypes)[number]

/**
 * Where something stands in the runtime. A name there is bytes: `hex` holds those of the whole path when it is no text
 * that a request can carry, and `path` only shows it then.
 */
export interface Place {
  readonly path: string
  readonly hex: string | null
}

export interface FileEntry {
  readonly name: string
  readonly hex: string | null
  /** Of a link: what it leads to. */
  readonly type: EntryType
  readonly link: boolean
  readonly size: number
  readonly modified_ms: number
  /** Another after each change. */
  readonly version: string
}

export interface Listing {
  readonly entries: readonly FileEntry[]
  /** There are more than a list holds. */
  readonly more: boolean
}

export const content: Place = { path: "/content", hex: null }
export const root: Place = { path: "/", hex: null }

const hexOf = (text: string): string =>
  [...new TextEncoder().encode(text)].map((byte) => byte.toString(16).padStart(2, "0")).join("")

export function placeIn(folder: Place, entry: Pick<FileEntry, "name" | "hex">): Place {
  const path = folder.path === "/" ? `/${entry.name}` : `${folder.path}/${entry.name}`
  if (folder.hex === null && entry.hex === null) return { path, hex: null }
  return { path, hex: `${folder.hex ?? (folder.path === "/" ? "" : hexOf(folder.path))}2f${entry.hex ?? hexOf(entry.name)}` }
}

/** The folder that holds it; of the root itself: the root. */
export function parentOf(path: string): string {
  const slash = path.lastIndexOf("/")
  return slash <= 0 ? "/" : path.slice(0, slash)
}

export const nameOf = (path: string): string => path.slice(path.lastIndexOf("/") + 1)

/** Names a place in a list of such. */
export const keyOf = ({ path, hex }: Place): string => hex === null ? path : `hex:${hex}`

/** The place that such a name is of. */
export function placeOf(key: string): Place {
  if (!/^hex:(?:[0-9a-f]{2})+$/.test(key)) return { path: key, hex: null }
  const hex = key.slice(4)
  const bytes = Uint8Array.from(hex.match(/../g) ?? [], (byte) => Number.parseInt(byte, 16))
  return { path: new TextDecoder().decode(bytes), hex }
}

/** As a query has it. */
export const queryOf = ({ path, hex }: Place): string => hex === null ? `path=${encodeURIComponent(path)}` : `path_hex=${hex}`

function parseEntry(object: JsonObject): FileEntry {
  const hex = optionalStringAt(object, "hex")
  return {
    name: stringAt(object, "name"), hex: hex === "" ? null : hex, type: oneOfAt(object, "type", entryTypes),
    link: member(object, "link") === true, size: countAt(object, "size"), modified_ms: numberAt(object, "modified_ms"),
    version: stringAt(object, "version"),
  }
}

export const parseFileEntry = (value: Json): FileEntry => parseEntry(asObject(value, "entry"))

export function parseListing(value: Json): Listing {
  const object = asObject(value, "listing")
  return {
    entries: listAt(object, "entries", parseFileEntry), more: member(object, "more") === true,
  }
}

export const parseOffset = (value: Json): number => countAt(asObject(value, "answer"), "offset")
export const parsePath = (value: Json): string => stringAt(asObject(value, "answer"), "path")

export const filesSubprotocol = "colibri.files.v1"

/** The folders in which something has changed; none for what is no such message. */
export function parseChanged(text: string): readonly string[] {
  const object = parseJson(text)
  if (!isObject(object) || member(object, "type") !== "changed") return []
  return listAt(object, "folders", (folder) => asString(folder, "folder"))
}
