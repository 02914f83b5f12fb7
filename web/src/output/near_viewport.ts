import { useEffect, useState, type RefObject } from "react"
import { SharedObserver } from "./shared_observer"

/** So far outside of what is seen, something is made ready. */
const margin = "800px 0px"

/** Frames out of sight that stay alive; the one that was left first goes first. */
const mostFar = 12
const far = new Map<object, () => void>()

const options: IntersectionObserverInit & { scrollMargin: string } = {
  rootMargin: margin,
  scrollMargin: margin, // For a page that scrolls inside an element of its own.
}
const observer = new SharedObserver(options)

/**
 * True while `element` is in sight or close to it, and for a while after: what it holds keeps its
 * state until a dozen others were left behind later. Looked at only while it is `asked`.
 */
export function useNearViewport(element: RefObject<Element | null>, asked = true): boolean {
  const [near, setNear] = useState(typeof IntersectionObserver !== "function")
  useEffect(() => {
    const target = element.current
    if (!asked || !target || typeof IntersectionObserver !== "function") return
    const token = {}
    const stop = observer.watch(target, (isNear) => {
      if (isNear) {
        far.delete(token)
        setNear(true)
      } else {
        leave(token, () => setNear(false))
      }
    })
    return () => {
      stop()
      far.delete(token)
    }
  }, [element, asked])
  return near
}

function leave(token: object, drop: () => void): void {
  far.set(token, drop)
  for (const [oldest, dropOldest] of far) {
    if (far.size <= mostFar) return
    far.delete(oldest)
    dropOldest()
  }
}
