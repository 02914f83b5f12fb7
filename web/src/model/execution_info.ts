/**
 * When a cell last ran, for how long, how it ended and for whom, as Colab keeps it in the cell's metadata: so it is in the
 * file, and known of runs of other days and of Colab itself. Pure.
 */
import type { LastRun, Run } from "../wire/cell"
import { isObject, type JsonObject } from "../wire/json"
import type { Cell } from "./notebook_state"

const key = "executionInfo"

export interface Execution {
  readonly status: string
  readonly elapsed_ms: number | null
  readonly finished_ms: number
  /** Empty: nobody knows. */
  readonly user: string
  readonly name: string
}

export const unstamped = (metadata: JsonObject): JsonObject =>
  key in metadata ? Object.fromEntries(Object.entries(metadata).filter(([name]) => name !== key)) : metadata

/** The metadata after a run, to the last member as the server writes them. */
export function stamped(metadata: JsonObject, { user_tz }: Run, { status, started_ms, finished_ms, by }: LastRun): JsonObject {
  return {
    ...metadata,
    [key]: {
      status, elapsed: Math.max(0, finished_ms - started_ms), timestamp: finished_ms,
      ...(by.user === "" ? {} : { user: { displayName: by.name, userId: by.user } }),
      ...(user_tz === null ? {} : { user_tz }),
    },
  }
}

/** The cell's last run, of this session or of a file's; null where there was none, or what stands there is no such thing. */
export function lastExecution(cell: Pick<Cell, "metadata" | "last_run">): Execution | null {
  const last = cell.last_run
  if (last && last.started_ms > 0) {
    return {
      status: last.status, elapsed_ms: last.finished_ms - last.started_ms, finished_ms: last.finished_ms,
      user: last.by.user, name: last.by.name,
    }
  }
  const info = cell.metadata[key]
  if (!isObject(info)) return null
  const { status, elapsed, timestamp, user } = info
  // What Date can't hold, nobody can be told.
  if (typeof timestamp !== "number" || !(timestamp > 0 && timestamp < 8.64e15)) return null
  const text = (name: string): string => {
    const value = isObject(user) ? user[name] : undefined
    return typeof value === "string" ? value.slice(0, 200) : ""
  }
  return {
    status: typeof status === "string" ? status : "ok",
    elapsed_ms: typeof elapsed === "number" && elapsed >= 0 && elapsed < 1e13 ? elapsed : null,
    finished_ms: timestamp, user: text("userId"), name: text("displayName"),
  }
}
