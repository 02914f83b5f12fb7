/** What ran, session by session. */
import type { Executed } from "../wire/history"

export interface ExecutedSession {
  readonly runtime: string
  readonly started_ms: number
  /** The newest first. */
  readonly entries: readonly Executed[]
}

/** `entries` newest first; so are the sessions, each by what ran in it last. */
export function bySession(entries: readonly Executed[]): readonly ExecutedSession[] {
  const sessions = new Map<string, Executed[]>()
  for (const entry of entries) {
    const session = sessions.get(entry.runtime)
    if (session) session.push(entry)
    else sessions.set(entry.runtime, [entry])
  }
  return [...sessions].map(([runtime, found]) =>
    ({ runtime, started_ms: Math.min(...found.map(({ started_ms }) => started_ms)), entries: found }))
}
