import { history } from "@codemirror/commands"
import { EditorState } from "@codemirror/state"
import { EditorView } from "@codemirror/view"
import { useEffect, useLayoutEffect, useRef, type JSX } from "react"
import { editorExtensions, type EditorSetup } from "./extensions"

interface PlainEditorProps {
  /** What it begins with; from then on the text is the editor's. */
  readonly text: string
  /** Must stay the same object while nothing in it changed. */
  readonly setup: EditorSetup
  readonly onChange: (text: string) => void
  /** Counts up each time it should take the keyboard; 0 for not. */
  readonly wantsFocus: number
}

/** An editor as a cell has it, of a text that is nobody else's. */
export function PlainEditor({ text, setup, onChange, wantsFocus }: PlainEditorProps): JSX.Element {
  const parent = useRef<HTMLDivElement>(null)
  const view = useRef<EditorView | null>(null)
  const latest = useRef({ text, onChange })
  useLayoutEffect(() => {
    latest.current = { ...latest.current, onChange }
  })
  useLayoutEffect(() => {
    if (!parent.current) return
    const made = new EditorView({
      parent: parent.current,
      state: EditorState.create({
        doc: latest.current.text,
        extensions: [history(), editorExtensions(setup), EditorView.updateListener.of(({ docChanged, state }) => {
          if (!docChanged) return
          const now = state.sliceDoc()
          latest.current = { ...latest.current, text: now }
          latest.current.onChange(now)
        })],
      }),
    })
    view.current = made
    return () => {
      view.current = null
      made.destroy()
    }
  }, [setup])
  useEffect(() => {
    if (wantsFocus > 0) view.current?.focus()
  }, [wantsFocus, setup])
  return <div ref={parent} className="n-editor" />
}
