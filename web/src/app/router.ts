/** The address as the page shows and changes it. */
import { useSyncExternalStore } from "react"

const listeners = new Set<() => void>()

/** `replace`: the address that is open leads there, and one does not come back to it. */
export function navigate(href: string, how?: "replace"): void {
  if (how === "replace") history.replaceState(null, "", href)
  else history.pushState(null, "", href)
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
