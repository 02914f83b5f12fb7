/** The meters of a runtime: docs/protocol.md 2.3, `meters`. */
import {
  asObject, booleanAt, isObject, listAt, member, numberAt, oneOfAt, optionalStringAt, stringAt, type Json, type JsonObject,
} from "./json"

/** Of one GPU or TPU; null where it can't tell, which is not 0. */
export interface AcceleratorMeter {
  readonly id: string
  readonly title: string
  /** Bytes. */
  readonly memory_used: number | null
  /** 0 where unknown. */
  readonly memory_total: number
  /** Of the last moment, how much of it computed: 0 to 1. */
  readonly utilization: number | null
  /** How many others use the same one. */
  readonly shared_with: number
}

/**
 * An accelerator was never used since `since_ms`; or it computes nothing and the runtime will end at `ends_ms`; or
 * the server's own disk is full.
 */
export interface MeterNotice {
  readonly kind: "accelerator_unused" | "accelerator_reclaim" | "host_disk_full"
  readonly since_ms: number
  readonly ends_ms: number
}

export interface Meters {
  /** Bytes; 0 where unknown, as with all of these. */
  readonly memory_used: number
  readonly memory_limit: number
  readonly disk_used: number
  readonly disk_total: number
  readonly cpu: number
  readonly accelerators: readonly AcceleratorMeter[]
  readonly notice: MeterNotice | null
  /** Where its person's Drive is mounted. */
  readonly drives: readonly MountedDrive[]
}

export interface MountedDrive {
  readonly mountpoint: string
  readonly readonly: boolean
}

function numberOrNull(object: JsonObject, key: string): number | null {
  const value = member(object, key)
  return value === undefined || value === null ? null : Math.max(0, numberAt(object, key))
}

function parseAccelerator(value: Json): AcceleratorMeter {
  const object = asObject(value, "an accelerator")
  const id = optionalStringAt(object, "id") || optionalStringAt(object, "model") || "accelerator"
  return {
    id, title: optionalStringAt(object, "title") || id,
    memory_used: numberOrNull(object, "memory_used"),
    memory_total: numberOrNull(object, "memory_total") ?? 0,
    utilization: numberOrNull(object, "utilization"),
    shared_with: numberOrNull(object, "shared_with") ?? 0,
  }
}

function parseNotice(object: JsonObject): MeterNotice {
  return {
    kind: oneOfAt(object, "kind", ["accelerator_unused", "accelerator_reclaim", "host_disk_full"]),
    since_ms: numberAt(object, "since_ms"), ends_ms: numberAt(object, "ends_ms"),
  }
}

function parseDrive(value: Json): MountedDrive {
  const drive = asObject(value, "a mounted Drive")
  return { mountpoint: stringAt(drive, "mountpoint"), readonly: booleanAt(drive, "readonly") }
}

/** A message's `accelerators`; a server that knows of none sends none. */
export function parseAccelerators(object: JsonObject): readonly AcceleratorMeter[] {
  return member(object, "accelerators") === undefined ? [] : listAt(object, "accelerators", parseAccelerator)
}

/** What a host cannot measure is left out, and counts as 0: unknown. */
export function parseMeters(object: JsonObject): Meters {
  const read = (key: string): number => numberOrNull(object, key) ?? 0
  const notice = member(object, "notice")
  return {
    memory_used: read("memory_used"), memory_limit: read("memory_limit"),
    disk_used: read("disk_used"), disk_total: read("disk_total"), cpu: read("cpu"),
    accelerators: parseAccelerators(object),
    notice: isObject(notice) ? parseNotice(notice) : null,
    drives: member(object, "drives") === undefined ? [] : listAt(object, "drives", parseDrive),
  }
}
