import { useEffect, useRef, type ClipboardEvent, type JSX, type KeyboardEvent as ReactKeyboardEvent, type ReactNode } from "react"
import { useNotebookKeys } from "./CellList"
import { useNotebook } from "./context"

/** Around all of the page: takes its keys, and what is cut, copied and pasted while a cell as a whole has the keyboard. */
export function NotebookKeys({ children }: { readonly children: ReactNode }): JSX.Element {
  const onKey = useNotebookKeys()
  const field = useRef<HTMLTextAreaElement>(null)
  useEffect(() => {
    // Where nothing has the keyboard, it is the page's.
    const take = (event: KeyboardEvent): void => {
      if (event.target === document.body) onKey(event)
    }
    addEventListener("keydown", take)
    return () => removeEventListener("keydown", take)
  })
  return (
    <div className="n-page" onKeyDownCapture={(event) => {
      if (isClipboardKey(event) && field.current) lend(field.current)
      else onKey(event.nativeEvent)
    }}>
      {children}
      <ClipboardField field={field} />
    </div>
  )
}

/** Selected text of an output is the browser's to copy. */
function isClipboardKey(event: ReactKeyboardEvent): boolean {
  const mod = (event.ctrlKey || event.metaKey) && !event.shiftKey && !event.altKey
  return mod && ["c", "x", "v"].includes(event.key.toLowerCase()) && event.target instanceof Element &&
    event.target.matches("[data-cell]") && (getSelection()?.isCollapsed ?? true)
}

/** Browsers give the clipboard to what can be written in only. */
function lend(field: HTMLTextAreaElement): void {
  field.value = " "
  field.focus({ preventScroll: true })
  field.select()
}

function ClipboardField({ field }: { readonly field: { readonly current: HTMLTextAreaElement | null } }): JSX.Element {
  const { clipboard, focus } = useNotebook()
  const back = (): void => {
    if (document.activeElement !== field.current || focus.view.cell === null) return
    document.querySelector<HTMLElement>(`[data-cell="${CSS.escape(focus.view.cell)}"]`)?.focus({ preventScroll: true })
  }
  const take = (act: (data: DataTransfer) => boolean) => (event: ClipboardEvent): void => {
    event.preventDefault()
    act(event.clipboardData)
    back()
  }
  return (
    <textarea ref={field} className="n-typeahead" tabIndex={-1} aria-hidden="true" onKeyUp={back}
      onCopy={take((data) => clipboard.onCopy(data, false))} onCut={take((data) => clipboard.onCopy(data, true))}
      onPaste={take((data) => clipboard.onPaste(data))} />
  )
}
