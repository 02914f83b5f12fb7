/** Tells the others where the keyboard of this page is; it goes along when they split its text. */
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
    const unfollow = session.onCursorMoved(({ from, to, place }) => {
      if (focus.view.cell !== from || focus.view.mode !== "edit") return
      session.change(to, { selection: { anchor: place } })
      focus.move(to, "edit")
    })
    addEventListener("focus", tell)
    addEventListener("blur", tell)
    return () => {
      silence()
      unfollow()
      removeEventListener("focus", tell)
      removeEventListener("blur", tell)
    }
  }, [session, focus])
}
