/** Which refused commands a person should hear of. */
import type { WireFailure } from "../wire/server_message"
import type { Pending } from "./outbox"

/** Refusals that say nothing to a person: it is done already, or its cell is gone. */
export const quietCodes: ReadonlySet<string> = new Set(["no_such_cell", "conflict"])

export function isTold(pending: Pending | null, error: WireFailure): boolean {
  const quiet = quietCodes.has(error.code) && (pending?.again ?? true)
  const message = pending?.message
  const restores = message?.type === "command" && message.op.type === "restore_cell"
  return !quiet && (restores || error.code !== "no_such_cell")
}
