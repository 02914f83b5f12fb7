import { useEffect } from "react"

const wanted = new Map<string, number>()

function count(name: string, more: 1 | -1): void {
  const now = (wanted.get(name) ?? 0) + more
  wanted.set(name, now)
  document.documentElement.classList.toggle(name, now > 0)
}

/**
 * Gives the document's root a class while a component is on the page, so that the rest of the page makes room. A rule with
 * `:has()` would have the browser look at all of the page again with whatever changes in it.
 */
export function useRootClass(name: string, isWanted = true): void {
  useEffect(() => {
    if (!isWanted) return
    count(name, 1)
    return () => {
      count(name, -1)
    }
  }, [name, isWanted])
}
