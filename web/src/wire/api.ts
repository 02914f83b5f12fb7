/** Answers of the HTTP API, checked. */
import { notebookId, userId, type NotebookId, type UserId } from "./ids"
import {
  asObject, asString, booleanAt, countAt, idAt, isObject, listAt, member, numberAt, objectAt, oneOfAt,
  optionalCountAt, optionalObjectAt, optionalStringAt, stringAt,
  type Json, type JsonObject,
} from "./json"
import { countOrNull } from "./lease"
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

/** What one can ask for (docs/protocol.md 2.5). */
export interface FlavorEntry {
  readonly name: string
  readonly title: string
  readonly kind: "cpu" | "gpu" | "tpu"
  readonly cpus: number
  readonly memory_bytes: number
  readonly high_ram: boolean
  readonly accelerator: {
    readonly model: string; readonly title: string; readonly count: number
    /** Of one of them; 0 where it is not known, as with the next. */
    readonly memory_bytes: number; readonly tflops: number
  } | null
  /** A cluster's own queue gives the machines: what is free there, nobody here knows. */
  readonly scheduled: boolean
  /** Runtimes of this flavor that there may be, and that one would get at once. */
  readonly total: number
  readonly free: number
  /** People who wait. */
  readonly waiting: number
  /** Null: nobody can tell. */
  readonly expected_wait_ms: number | null
  /** Null: no limit. */
  readonly hours_left_ms: number | null
  readonly renews_ms: number | null
  /** Empty: the default. */
  readonly image: string
}

export interface ImageEntry {
  readonly name: string
  readonly title: string
  readonly kernels: readonly {
    readonly name: string; readonly display_name: string; readonly language: string
  }[]
}

export interface Flavors {
  readonly flavors: readonly FlavorEntry[]
  readonly images: readonly ImageEntry[]
}

/** The files of /content of a runtime that has ended: one download. */
export interface RuntimeFiles {
  readonly runtime: string
  readonly notebook: NotebookId
  readonly title: string
  readonly flavor: string
  /** Of its end, as in a lease. */
  readonly reason: string
  readonly bytes: number
  readonly ended_ms: number
  readonly until_ms: number
}

function positiveAt(object: JsonObject, key: string): number {
  return member(object, key) === undefined ? 0 : Math.max(0, numberAt(object, key))
}

function parseFlavor(item: Json): FlavorEntry {
  const object = asObject(item, "flavor")
  const accelerator = optionalObjectAt(object, "accelerator")
  return {
    name: idAt(object, "name"), title: stringAt(object, "title"),
    kind: oneOfAt(object, "kind", ["cpu", "gpu", "tpu"]),
    cpus: positiveAt(object, "cpus"), memory_bytes: optionalCountAt(object, "memory_bytes"),
    high_ram: member(object, "high_ram") === true,
    accelerator: accelerator ? {
      model: stringAt(accelerator, "model"), title: stringAt(accelerator, "title"),
      count: countAt(accelerator, "count"),
      memory_bytes: optionalCountAt(accelerator, "memory_bytes"),
      tflops: positiveAt(accelerator, "tflops"),
    } : null,
    scheduled: member(object, "scheduled") === true,
    total: countAt(object, "total"), free: countAt(object, "free"),
    waiting: countAt(object, "waiting"),
    expected_wait_ms: countOrNull(object, "expected_wait_ms"),
    hours_left_ms: countOrNull(object, "hours_left_ms"), renews_ms: countOrNull(object, "renews_ms"),
    image: optionalStringAt(object, "image"),
  }
}

export function parseFlavors(value: Json): Flavors {
  const answer = asObject(value, "answer")
  return {
    flavors: listAt(answer, "flavors", parseFlavor),
    images: listAt(answer, "images", (item) => {
      const image = asObject(item, "image")
      return {
        name: idAt(image, "name"), title: stringAt(image, "title"),
        kernels: listAt(image, "kernels", (each) => {
          const kernel = asObject(each, "kernel")
          return {
            name: idAt(kernel, "name"), display_name: stringAt(kernel, "display_name"),
            language: optionalStringAt(kernel, "language"),
          }
        }),
      }
    }),
  }
}

export function parseRuntimeFiles(value: Json): readonly RuntimeFiles[] {
  return listAt(asObject(value, "answer"), "files", (item) => {
    const files = asObject(item, "files")
    return {
      runtime: idAt(files, "runtime"), notebook: notebookId(idAt(files, "notebook")),
      title: optionalStringAt(files, "title"), flavor: optionalStringAt(files, "flavor"),
      reason: optionalStringAt(files, "reason"), bytes: countAt(files, "bytes"), ended_ms: countAt(files, "ended_ms"),
      until_ms: countAt(files, "until_ms"),
    }
  })
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

export function parseNotebook(item: Json): NotebookEntry {
  const object = asObject(item, "notebook")
  return {
    id: notebookId(idAt(object, "id")), title: stringAt(object, "title"),
    path: optionalStringAt(object, "path"), modified_ms: countAt(object, "modified_ms"),
    opened_ms: optionalCountAt(object, "opened_ms"), bytes: optionalCountAt(object, "bytes"),
    running: member(object, "running") === true,
    role: oneOfAt(object, "role", roles), owner: parseUser(objectAt(object, "owner")),
    starred: booleanAt(object, "starred"), shared: booleanAt(object, "shared"),
  }
}

export function parseNotebooks(value: Json): readonly NotebookEntry[] {
  return listAt(asObject(value, "answer"), "notebooks", parseNotebook)
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
