import type { Extension } from "@codemirror/state"
import { EditorView } from "@codemirror/view"
import { useEffect, useLayoutEffect, useRef, type JSX } from "react"
import { configure } from "../model/cell_text"
import type { Cell } from "../model/notebook_state"
import type { NotebookSession } from "../sync/session"
import { carets, showCarets } from "./carets"
import { editorExtensions, type EditorSetup } from "./extensions"

interface CellEditorProps {
  readonly session: NotebookSession
  readonly cell: Cell
  /** Must stay the same object while nothing in it changed. */
  readonly setup: EditorSetup
  /** Counts up each time the editor should take the keyboard; 0 for not. */
  readonly wantsFocus: number
  /** What was typed for this editor before it was there; asked for when it takes the keyboard. */
  readonly typedAhead: () => string
  readonly onFocus: () => void
}

function extensions(session: NotebookSession, id: Cell["id"], setup: EditorSetup): Extension {
  return [editorExtensions(setup), carets(session.presence.caretsIn(id))]
}

/**
 * Shows a cell's text in an editor. The text lives in the model: each transaction here is told to the
 * session at once, and what others type comes from it as transactions, so view and model hold the
 * very same EditorState all the time.
 */
export function CellEditor({
  session, cell, setup, wantsFocus, typedAhead, onFocus,
}: CellEditorProps): JSX.Element {
  const parent = useRef<HTMLDivElement>(null)
  const mounted = useRef<EditorView | null>(null)
  const { id } = cell

  useLayoutEffect(() => {
    const text = session.view.state?.cells.get(id)?.text
    if (!parent.current || !text) return
    const view = new EditorView({
      parent: parent.current,
      state: configure(text, extensions(session, id, setup)).state,
      dispatchTransactions: (transactions, target) => {
        target.update(transactions)
        session.edit(id, target.state)
      },
    })
    mounted.current = view
    session.edit(id, view.state)
    const silence = session.onText(id, (transactions) => {
      // Else the document was loaded anew, and the effect below takes that over.
      if (transactions[0]?.startState === view.state) view.update(transactions)
    })
    const hide = session.presence.onCarets(id, () => showCarets(view, session.presence.caretsIn(id)))
    return () => {
      silence()
      hide()
      mounted.current = null
      // Undo history and selection stay with the text; highlighting and keys go.
      session.edit(id, configure(view.state, []).state)
      view.destroy()
    }
  }, [session, id, setup])

  // The document was loaded anew: another text stands in the model.
  useLayoutEffect(() => {
    const view = mounted.current
    const text = session.view.state?.cells.get(id)?.text
    if (!view || !text || view.state === text) return
    view.setState(configure(text, extensions(session, id, setup)).state)
    session.edit(id, view.state)
  }, [session, id, setup, cell.text])

  const ahead = useRef(typedAhead)
  useEffect(() => {
    ahead.current = typedAhead
  })
  useEffect(() => {
    const view = mounted.current
    if (wantsFocus === 0 || !view || view.hasFocus) return
    view.focus()
    const typed = ahead.current()
    if (typed !== "") view.dispatch(view.state.replaceSelection(typed), { userEvent: "input.type" })
  }, [wantsFocus, setup])

  return <div ref={parent} className="n-editor" onFocus={onFocus} />
}
