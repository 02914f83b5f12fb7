/** The address as the page shows and changes it. */
import { useSyncExternalStore } from "react"

const listeners = new Set<() => void>()

export function navigate(href: string): void {
  history.pushState(null, "", href)
  for (const listener of [...listeners]) listener()
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  addEventListener("popstate", listener)
  return () => {
    listeners.delete(listener)
    removeEventListener("popstate", listener)
  }
}

export function usePath(): string {
  return useSyncExternalStore(subscribe, () => location.pathname)
}
