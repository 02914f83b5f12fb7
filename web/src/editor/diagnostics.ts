/** Underlines what the language server finds wrong, and tells it under the mouse. */
import { setDiagnostics, type Diagnostic } from "@codemirror/lint"
import type { Extension } from "@codemirror/state"
import { ViewPlugin, type EditorView } from "@codemirror/view"
import type { Language } from "./language"

export function diagnostics(language: Language): Extension {
  return ViewPlugin.define((view: EditorView) => {
    let gone = false
    let count = 0
    const show = (): void => {
      const { length } = view.state.doc
      const found = language.problems().filter(({ to }) => to <= length).map(({ from, to, severity, message }): Diagnostic =>
        ({ from, to, severity, message }))
      if (gone || (found.length === 0 && count === 0)) return
      count = found.length
      view.dispatch(setDiagnostics(view.state, found))
    }
    const stop = language.onProblems(() => queueMicrotask(show))
    queueMicrotask(show)
    return {
      destroy: () => {
        gone = true
        stop()
      },
    }
  })
}
