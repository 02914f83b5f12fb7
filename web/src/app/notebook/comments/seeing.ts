/** When somebody has seen what is in a card: it was on the screen for a moment, with the window in front. */
import { useEffect, type RefObject } from "react"

const momentMs = 1500

export function useSeeing(card: RefObject<Element | null>, unread: number, seen: () => void): void {
  useEffect(() => {
    const element = card.current
    if (unread === 0 || !element || typeof IntersectionObserver !== "function") return
    let timer: ReturnType<typeof setTimeout> | undefined
    let isVisible = false
    const look = (): void => {
      clearTimeout(timer)
      if (isVisible && document.hasFocus() && !document.hidden) timer = setTimeout(seen, momentMs)
    }
    const observer = new IntersectionObserver((entries) => {
      isVisible = entries.at(-1)?.isIntersecting ?? false
      look()
    }, { threshold: 0.5 })
    observer.observe(element)
    addEventListener("focus", look)
    addEventListener("blur", look)
    document.addEventListener("visibilitychange", look)
    return () => {
      clearTimeout(timer)
      observer.disconnect()
      removeEventListener("focus", look)
      removeEventListener("blur", look)
      document.removeEventListener("visibilitychange", look)
    }
    // A new `seen` is the same as before.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [card, unread])
}
