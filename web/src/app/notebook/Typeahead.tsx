import { useEffect, useRef, type JSX } from "react"
import type { CellId } from "../../wire/ids"
import { useFocus, useNotebook } from "./context"

/**
 * Takes the keyboard between the wish for a new cell and its arrival from the server: what is typed
 * meanwhile goes into that cell, instead of into the one before or onto the button just pressed.
 */
export function Typeahead({ order }: { readonly order: readonly CellId[] }): JSX.Element {
  const { focus } = useNotebook()
  const field = useRef<HTMLTextAreaElement>(null)
  const awaited = useFocus((view) => view.mode === "edit" ? view.cell : null)
  const waits = awaited !== null && !order.includes(awaited)
  useEffect(() => {
    if (!waits || !field.current) return
    field.current.value = ""
    field.current.focus({ preventScroll: true })
  }, [waits])
  return (
    <textarea ref={field} className="n-typeahead" tabIndex={-1} aria-hidden="true" spellCheck={false}
      autoComplete="off" onInput={(event) => focus.noteTyped(event.currentTarget.value)} />
  )
}
