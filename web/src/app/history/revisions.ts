/** What the revision history shows, asked from the server as it is needed. */
import { useCallback, useEffect, useRef, useState } from "react"
import { compareRevisions, type NotebookDiff } from "../../model/revision_diff"
import type { HistoryApi } from "../../sync/history_api"
import type { Against } from "../../ui/history/RevisionHead"
import type { Revision, RevisionContent } from "../../wire/history"
import type { NotebookId } from "../../wire/ids"
import { errorText } from "../errors"

export interface RevisionsState {
  readonly revisions: readonly Revision[]
  readonly more: boolean
  readonly loading: boolean
  readonly error: string | null
}

const nothingYet: RevisionsState = { revisions: [], more: false, loading: true, error: null }

export interface Revisions extends RevisionsState {
  readonly older: () => void
  readonly reload: () => Promise<void>
}

/** The list, newest first, as far as it was asked for. */
export function useRevisions(api: HistoryApi, id: NotebookId, named: boolean): Revisions {
  const [state, setState] = useState(nothingYet)
  const turn = useRef(0)
  const load = useCallback(async (before?: number) => {
    const mine = ++turn.current
    setState((now) => ({ ...now, loading: true }))
    try {
      const page = await api.revisions(id, { named, ...(before === undefined ? {} : { before }) })
      if (mine !== turn.current) return
      setState((now) => ({
        revisions: before === undefined ? page.revisions : [...now.revisions, ...page.revisions],
        more: page.more, loading: false, error: null,
      }))
    } catch (failure) {
      if (mine === turn.current) setState((now) => ({ ...now, loading: false, error: errorText(failure) }))
    }
  }, [api, id, named])
  useEffect(() => {
    const turns = turn
    void load()
    return () => {
      turns.current += 1
    }
  }, [load])
  const last = state.revisions.at(-1)
  return { ...state, older: () => void load(last?.number), reload: () => load() }
}

export interface Compared {
  /** What is chosen and what it is compared with, in the order of their making. */
  readonly before: RevisionContent
  readonly after: RevisionContent
  readonly diff: NotebookDiff
  /** There is none to compare it with. */
  readonly plain: boolean
}

export interface ComparedState {
  /** Null while it is loaded. */
  readonly compared: Compared | null
  readonly error: string | null
}

/** The number of the revision before this one, or null. Of 0, the notebook as it is now: the newest. */
async function numberBefore(
  api: HistoryApi, id: NotebookId, number: number,
): Promise<number | null> {
  const { revisions } = await api.revisions(id, {
    named: false, limit: 1, ...(number === 0 ? {} : { before: number }),
  })
  return revisions[0]?.number ?? null
}

async function compare(
  api: HistoryApi, id: NotebookId, number: number, against: Against,
): Promise<Compared> {
  const [from, to] = number !== 0 && against === "now"
    ? [number, 0] : [await numberBefore(api, id, number), number]
  const after = await api.content(id, to)
  const before = from === null ? after : await api.content(id, from)
  return { before, after, diff: compareRevisions(before, after), plain: from === null }
}

/** Revision `number` beside another one. */
export function useCompared(
  api: HistoryApi, id: NotebookId, number: number | null, against: Against,
): ComparedState {
  const [state, setState] = useState<ComparedState>({ compared: null, error: null })
  useEffect(() => {
    if (number === null) return
    let wanted = true
    setState({ compared: null, error: null })
    compare(api, id, number, against).then(
      (compared) => {
        if (wanted) setState({ compared, error: null })
      },
      (failure: unknown) => {
        if (wanted) setState({ compared: null, error: errorText(failure) })
      })
    return () => {
      wanted = false
    }
  }, [api, id, number, against])
  return state
}
