/** Whether code has line numbers; kept in this browser. */
import { useSyncExternalStore } from "react"
import { remember, remembered } from "../remembered"

const storageKey = "colibri.line_numbers"
const listeners = new Set<() => void>()

export const hasLineNumbers = (): boolean => remembered(storageKey) === "on"

export function toggleLineNumbers(): void {
  remember(storageKey, hasLineNumbers() ? null : "on")
  for (const listener of [...listeners]) listener()
}

export function useLineNumbers(): boolean {
  return useSyncExternalStore((listener) => {
    listeners.add(listener)
    return () => listeners.delete(listener)
  }, hasLineNumbers)
}
