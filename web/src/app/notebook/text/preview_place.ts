/** Where the preview of a text cell stands while it is edited; kept in this browser. */
import { useSyncExternalStore } from "react"
import { remember, remembered } from "../../remembered"

export type PreviewPlace = "beside" | "below" | "none"

const storageKey = "colibri.preview"
const listeners = new Set<() => void>()
let place: PreviewPlace | null = null

function current(): PreviewPlace {
  const stored = place ?? remembered(storageKey)
  place = stored === "below" || stored === "none" ? stored : "beside"
  return place
}

export function setPreviewPlace(next: PreviewPlace): void {
  place = next
  remember(storageKey, next)
  for (const listener of [...listeners]) listener()
}

export function usePreviewPlace(): PreviewPlace {
  return useSyncExternalStore((listener) => {
    listeners.add(listener)
    return () => listeners.delete(listener)
  }, current)
}
