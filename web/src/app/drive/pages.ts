/** A long list, fetched piece by piece as it is looked at. */
import { useCallback, useEffect, useMemo, useRef, useState } from "react"
import { ApiError } from "../../sync/http"
import type { DriveApi, DriveQuery } from "../../sync/drive_api"
import type { DriveEntry } from "../../wire/drive"
import { errorText } from "../errors"

const pageSize = 100

export interface Pages {
  /** Null until the first piece is there. */
  readonly total: number | null
  readonly error: string | undefined
  /** Undefined: not fetched yet. */
  readonly at: (index: number) => DriveEntry | undefined
  /** These are on the screen. */
  readonly want: (from: number, to: number) => void
  /** All of these, fetched where they are missing. */
  readonly entries: (indices: Iterable<number>) => Promise<readonly DriveEntry[]>
  readonly reload: () => Promise<void>
  /** Shows a change before the server has answered. */
  readonly change: (index: number, entry: DriveEntry) => void
}

interface Loaded {
  readonly total: number | null
  readonly list: string
  readonly pieces: ReadonlyMap<number, readonly DriveEntry[]>
}

const nothing: Loaded = { total: null, list: "", pieces: new Map() }

export function usePages(api: DriveApi, query: DriveQuery, onSignedOut: () => void): Pages {
  const [loaded, setLoaded] = useState<Loaded>(nothing)
  const [error, setError] = useState<string | undefined>(undefined)
  const now = useRef<Loaded>(nothing)
  const asked = useRef(new Map<number, Promise<void>>())
  const generation = useRef(0)
  const keep = useCallback((next: Loaded) => {
    now.current = next
    setLoaded(next)
  }, [])

  const load = useCallback((piece: number, round: number): Promise<void> => {
    const under = asked.current.get(piece)
    if (under && round === generation.current) return under
    const work = (async () => {
      try {
        const page = await api.page(query, piece * pageSize, pageSize, piece === 0 ? "" : now.current.list)
        if (round !== generation.current) return
        const pieces = new Map(piece === 0 ? [] : now.current.pieces).set(piece, page.entries)
        keep({ total: page.total, list: page.list, pieces })
        setError(undefined)
      } catch (failure) {
        if (round !== generation.current) return
        asked.current.delete(piece)
        if (failure instanceof ApiError && failure.status === 401) onSignedOut()
        else setError(errorText(failure))
      }
    })()
    asked.current.set(piece, work)
    return work
  }, [api, query, keep, onSignedOut])

  const reload = useCallback((): Promise<void> => {
    generation.current += 1
    asked.current = new Map()
    return load(0, generation.current)
  }, [load])

  useEffect(() => {
    keep(nothing)
    setError(undefined)
    void reload()
  }, [reload, keep])

  return useMemo(() => {
    const want = (from: number, to: number): void => {
      for (let piece = Math.floor(from / pageSize); piece * pageSize < to; piece += 1) {
        if (loaded.total !== null && piece * pageSize < loaded.total && !loaded.pieces.has(piece)) {
          void load(piece, generation.current)
        }
      }
    }
    const at = (index: number): DriveEntry | undefined =>
      now.current.pieces.get(Math.floor(index / pageSize))?.[index % pageSize]
    return {
      total: loaded.total, error, at, want, reload,
      entries: async (indices) => {
        const places = [...indices]
        const missing = new Set(places.map((index) => Math.floor(index / pageSize)).filter((piece) => !now.current.pieces.has(piece)))
        for (const piece of missing) await load(piece, generation.current)
        return places.map(at).filter((entry) => entry !== undefined)
      },
      change: (index, entry) => {
        const piece = Math.floor(index / pageSize)
        const entries = now.current.pieces.get(piece)?.map((each, place) => place === index % pageSize ? entry : each)
        if (entries) keep({ ...now.current, pieces: new Map(now.current.pieces).set(piece, entries) })
      },
    }
  }, [loaded, error, load, reload, keep])
}
