import { useCallback, useEffect, useRef, useState } from "react"
import { errorText } from "../errors"

export interface LoadedState<T> {
  /** Null while it is loaded. */
  readonly value: T | null
  readonly error: string | null
  readonly reload: () => Promise<void>
}

/** Asks the server when the component appears, and again on demand. */
export function useLoaded<T>(load: () => Promise<T>): LoadedState<T> {
  const [value, setValue] = useState<T | null>(null)
  const [error, setError] = useState<string | null>(null)
  const loadNow = useRef(load)
  const alive = useRef(true)
  useEffect(() => {
    loadNow.current = load
  })
  const reload = useCallback(async () => {
    try {
      const found = await loadNow.current()
      if (!alive.current) return
      setValue(found)
      setError(null)
    } catch (failure) {
      if (alive.current) setError(errorText(failure))
    }
  }, [])
  useEffect(() => {
    alive.current = true
    void reload()
    return () => {
      alive.current = false
    }
  }, [reload])
  return { value, error, reload }
}
