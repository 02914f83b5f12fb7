/** Which cells are near enough to what is seen to be worth an editor. */
import { useEffect, useState, type RefObject } from "react"

const margin = "1000px 0px"
const watched = new Map<Element, (near: boolean) => void>()
let observer: IntersectionObserver | null = null

/** What only flies by is not worth the work. */
const patienceMs = 100

function observe(element: Element, tell: (near: boolean) => void): () => void {
  observer ??= new IntersectionObserver((entries) => {
    for (const entry of entries) watched.get(entry.target)?.(entry.isIntersecting)
  }, { rootMargin: margin })
  let timer: ReturnType<typeof setTimeout> | undefined
  let isFirst = true
  watched.set(element, (near) => {
    clearTimeout(timer)
    if (isFirst) tell(near)
    else timer = setTimeout(() => tell(near), patienceMs)
    isFirst = false
  })
  observer.observe(element)
  return () => {
    clearTimeout(timer)
    watched.delete(element)
    observer?.unobserve(element)
  }
}

/** Whether `element` is near the viewport; always so where that cannot be known. */
export function useNear(element: RefObject<Element | null>): boolean {
  const [near, setNear] = useState(typeof IntersectionObserver !== "function")
  useEffect(() => {
    if (!element.current || typeof IntersectionObserver !== "function") return
    return observe(element.current, setNear)
  }, [element])
  return near
}

/** True from the first time on that `near` is. */
export function useOnce(near: boolean): boolean {
  const [once, setOnce] = useState(near)
  if (near && !once) setOnce(true)
  return once || near
}
