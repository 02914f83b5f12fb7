import { closeCompletion } from "@codemirror/autocomplete"
import type { EditorState, Extension } from "@codemirror/state"
import { EditorView } from "@codemirror/view"
import { useCallback, useEffect, useLayoutEffect, useRef, type JSX } from "react"
import { configure } from "../model/cell_text"
import type { Cell } from "../model/notebook_state"
import type { NotebookSession } from "../sync/session"
import type { ThreadId } from "../wire/ids"
import { carets, showCarets } from "./carets"
import { commentMarks, showComments, type CommentOnText } from "./comment_marks"
import { editorExtensions, type EditorSetup } from "./extensions"
import { runningLine, showRunningLine } from "./running_line"

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
  /** What of the text comments are on. Must stay the same list while nothing in it changed. */
  readonly comments: readonly CommentOnText[]
  /** The line that runs now, from 1; 0 for none that is known. */
  readonly line: number
  /** Somebody clicked what a comment is on. */
  readonly onComment: (thread: ThreadId) => void
}

let isFirst = true

/** Tells whoever measures the page when the first editor of a cell stood in it. */
function markFirst(): void {
  if (!isFirst) return
  isFirst = false
  requestAnimationFrame(() => performance.mark("colibri.editor"))
}

/**
 * Shows a cell's text in an editor. The text lives in the model: each transaction here is told to the
 * session at once, and what others type comes from it as transactions, so view and model hold the
 * very same EditorState all the time.
 */
export function CellEditor({
  session, cell, setup, wantsFocus, typedAhead, onFocus, comments, line, onComment,
}: CellEditorProps): JSX.Element {
  const parent = useRef<HTMLDivElement>(null)
  const mounted = useRef<EditorView | null>(null)
  const { id } = cell
  const latest = useRef({ typedAhead, comments, onComment })
  useLayoutEffect(() => {
    latest.current = { typedAhead, comments, onComment }
  })
  // An effect's own, so that what it reads may change without it.
  const extensions = useCallback((text: EditorState): Extension => [
    editorExtensions(setup), runningLine, carets(session.presence.caretsIn(id)),
    commentMarks(text, latest.current.comments, (thread) => latest.current.onComment(thread)),
  ], [session, id, setup])

  useLayoutEffect(() => {
    const inModel = (): EditorState | undefined => session.view.state?.cells.get(id)?.text
    const text = inModel()
    if (!parent.current || !text) return
    // The document was loaded anew and the effect below has yet to see it: the view's text, which may
    // be what the server refused, must not go over the model's.
    const isStale = (shown: EditorView): boolean => (inModel() ?? shown.state) !== shown.state
    const view = new EditorView({
      parent: parent.current,
      state: configure(text, extensions(text)).state,
      dispatchTransactions: (transactions, target) => {
        if (isStale(target)) return
        target.update(transactions)
        session.edit(id, target.state)
      },
    })
    mounted.current = view
    markFirst()
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
      if (!isStale(view)) session.edit(id, configure(view.state, []).state)
      view.destroy()
    }
  }, [session, id, extensions])

  // The document was loaded anew: another text stands in the model.
  useLayoutEffect(() => {
    const view = mounted.current
    const text = session.view.state?.cells.get(id)?.text
    if (!view || !text || view.state === text) return
    view.setState(configure(text, extensions(text)).state)
    session.edit(id, view.state)
  }, [session, id, extensions, cell.text])

  useLayoutEffect(() => {
    if (mounted.current) showComments(mounted.current, comments)
  }, [comments])

  useLayoutEffect(() => {
    if (mounted.current) showRunningLine(mounted.current, line)
  }, [line])

  useEffect(() => {
    const view = mounted.current
    if (wantsFocus === 0 || !view || view.hasFocus) return
    view.focus()
    const typed = latest.current.typedAhead()
    if (typed !== "") view.dispatch(view.state.replaceSelection(typed), { userEvent: "input.type" })
  }, [wantsFocus, setup])

  // What was typed is run: names for it, which may still be on their way, are of no use any more.
  const execution = cell.run?.execution ?? cell.last_run?.execution
  useEffect(() => {
    if (execution !== undefined && mounted.current) closeCompletion(mounted.current)
  }, [execution])

  return <div ref={parent} className="n-editor" onFocus={onFocus} />
}
