/** A runtime's lease and its place in the queue (docs/protocol.md 2.5). */
import { leaseId, type LeaseId } from "./ids"
import {
  asObject, countAt, listAt, member, oneOfAt, optionalCountAt, optionalObjectAt,
  optionalStringAt, idAt, type JsonObject,
} from "./json"

export const leaseStates = ["requested", "queued", "starting", "ready", "ending", "ended"] as const
export type LeaseState = (typeof leaseStates)[number]
export const kernelStates = ["none", "starting", "idle", "busy", "restarting", "dead"] as const
export type KernelState = (typeof kernelStates)[number]
export const waitReasons = [
  "no_free_accelerator", "no_place", "limit", "quota", "reserved", "scheduler", "no_disk",
] as const
export type WaitReason = (typeof waitReasons)[number]

export interface QueuePlace {
  /** What one waits for. */
  readonly flavor: string
  /** From 1; null, as `ahead`: the batch system of the server's engine does not tell. */
  readonly position: number | null
  readonly ahead: number | null
  /** When it is one's turn at the latest; null: nobody can tell. */
  readonly expected_ms: number | null
  readonly why: WaitReason
  /** It is one's turn, until then; null: not yet. */
  readonly offered_until_ms: number | null
}

/** One's hours on accelerators: null is no limit. */
export interface Hours {
  readonly left_ms: number | null
  readonly renews_ms: number | null
}

export interface Lease {
  readonly id: LeaseId
  readonly state: LeaseState
  readonly flavor: string
  /** What people call it; empty: only its name is known. */
  readonly flavor_title: string
  readonly image: string
  readonly reason: string
  readonly detail: string
  readonly since_ms: number
  readonly ends_ms: number
  /** When it ends if nobody uses it; 0: not idle now. */
  readonly idle_ends_ms: number
  /** From when on people are to be told of the nearer end; 0: no end is known. */
  readonly notice_ms: number
  /** `keep` would put the nearer end off. */
  readonly keep: boolean
  readonly accelerators: readonly { readonly model: string; readonly title: string }[]
  /** While one waits; of a ready lease: for the runtime that will follow it. */
  readonly queue: QueuePlace | null
  readonly hours: Hours
  readonly kernel: {
    readonly state: KernelState; readonly name: string; readonly language: string
    /** Why it is restarting or dead, as a word and for a person. */
    readonly reason: string; readonly detail: string
  }
}

/** A count, or null where that is known to be missing. */
export function countOrNull(object: JsonObject, key: string): number | null {
  const value = member(object, key)
  return value === undefined || value === null ? null : countAt(object, key)
}

function parsePlace(object: JsonObject): QueuePlace {
  return {
    flavor: optionalStringAt(object, "flavor"), position: countOrNull(object, "position"),
    ahead: countOrNull(object, "ahead"), expected_ms: countOrNull(object, "expected_ms"),
    why: oneOfAt(object, "why", waitReasons),
    offered_until_ms: countOrNull(object, "offered_until_ms"),
  }
}

export function parseLease(object: JsonObject): Lease {
  const kernel = optionalObjectAt(object, "kernel") ?? {}
  const queue = optionalObjectAt(object, "queue")
  const hours = optionalObjectAt(object, "hours") ?? {}
  return {
    id: leaseId(idAt(object, "id")),
    state: oneOfAt(object, "state", leaseStates),
    flavor: optionalStringAt(object, "flavor"),
    flavor_title: optionalStringAt(object, "flavor_title"),
    image: optionalStringAt(object, "image"),
    reason: optionalStringAt(object, "reason"),
    detail: optionalStringAt(object, "detail"),
    since_ms: optionalCountAt(object, "since_ms"),
    ends_ms: optionalCountAt(object, "ends_ms"),
    idle_ends_ms: optionalCountAt(object, "idle_ends_ms"),
    notice_ms: optionalCountAt(object, "notice_ms"),
    keep: member(object, "keep") === true,
    accelerators: member(object, "accelerators") === undefined
      ? [] : listAt(object, "accelerators", (item) => {
        const one = asObject(item, "accelerator")
        return { model: optionalStringAt(one, "model"), title: optionalStringAt(one, "title") }
      }),
    queue: queue ? parsePlace(queue) : null,
    hours: { left_ms: countOrNull(hours, "left_ms"), renews_ms: countOrNull(hours, "renews_ms") },
    kernel: {
      state: member(kernel, "state") === undefined ? "none" : oneOfAt(kernel, "state", kernelStates),
      name: optionalStringAt(kernel, "name"),
      language: optionalStringAt(kernel, "language"),
      reason: optionalStringAt(kernel, "reason"),
      detail: optionalStringAt(kernel, "detail"),
    },
  }
}
