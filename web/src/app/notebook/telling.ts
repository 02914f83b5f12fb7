/** Tells the others where the keyboard of this page is. */
import { useEffect } from "react"
import type { OpenNotebook } from "./context"

export function useTelling({ session, focus }: OpenNotebook): void {
  useEffect(() => {
    const tell = (): void => {
      const { cell, mode } = focus.view
      session.presence.at({ cell, inText: mode === "edit", active: document.hasFocus() })
    }
    tell()
    const silence = focus.subscribe(tell)
    addEventListener("focus", tell)
    addEventListener("blur", tell)
    return () => {
      silence()
      removeEventListener("focus", tell)
      removeEventListener("blur", tell)
    }
  }, [session, focus])
}
