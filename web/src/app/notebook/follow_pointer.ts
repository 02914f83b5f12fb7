import type { PointerEvent } from "react"

/** From a press on a grip until it is let go, `onMove` hears where the pointer is. */
export function followPointer(event: PointerEvent<HTMLElement>, onMove: (moved: globalThis.PointerEvent) => void): void {
  const grip = event.currentTarget
  grip.setPointerCapture(event.pointerId)
  const stop = (): void => {
    grip.removeEventListener("pointermove", onMove)
    grip.removeEventListener("pointerup", stop)
    grip.removeEventListener("pointercancel", stop)
  }
  grip.addEventListener("pointermove", onMove)
  grip.addEventListener("pointerup", stop)
  grip.addEventListener("pointercancel", stop)
}
