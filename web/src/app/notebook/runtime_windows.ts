/** Which windows about the runtime are open: the meters beside the notebook, and dialogs over it. */
import { useSyncExternalStore } from "react"
import { useNotebook } from "./context"

export type RuntimeWindow = "resources" | "log"

export class RuntimeWindows {
  private open: ReadonlySet<RuntimeWindow> = new Set()
  private readonly listeners = new Set<() => void>()

  get view(): ReadonlySet<RuntimeWindow> {
    return this.open
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener)
    return () => this.listeners.delete(listener)
  }

  show(window: RuntimeWindow): void {
    this.set(new Set([...this.open, window]))
  }

  hide(window: RuntimeWindow): void {
    this.set(new Set([...this.open].filter((other) => other !== window)))
  }

  toggle(window: RuntimeWindow): void {
    if (this.open.has(window)) this.hide(window)
    else this.show(window)
  }

  private set(open: ReadonlySet<RuntimeWindow>): void {
    this.open = open
    for (const listener of [...this.listeners]) listener()
  }
}

export function useRuntimeWindow(window: RuntimeWindow): boolean {
  const { windows } = useNotebook()
  return useSyncExternalStore(windows.subscribe, () => windows.view.has(window))
}
