/** In which of its modes Vim is, in the editor that has the keyboard; null while none has. */
import { useSyncExternalStore } from "react"
import type { VimMode } from "../../editor/vim"

let mode: VimMode | null = null
const listeners = new Set<() => void>()

export function setVimMode(next: VimMode | null): void {
  if (next === mode) return
  mode = next
  for (const listener of [...listeners]) listener()
}

export function useVimMode(): VimMode | null {
  return useSyncExternalStore((listener) => {
    listeners.add(listener)
    return () => listeners.delete(listener)
  }, () => mode)
}
