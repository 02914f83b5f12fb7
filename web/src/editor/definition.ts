/** To where a name comes from: by F12, or a click with Ctrl held, which the mouse shows beforehand. */
import type { Extension } from "@codemirror/state"
import { EditorView, keymap } from "@codemirror/view"
import { nameAt } from "./hover"
import type { Language } from "./language"

export function definition(language: Language): Extension {
  const mark = (event: KeyboardEvent | MouseEvent, view: EditorView): void => {
    view.contentDOM.classList.toggle("cm-links", event.ctrlKey || event.metaKey)
  }
  return [
    keymap.of([{
      key: "F12", run: (view) => {
        const word = view.state.wordAt(view.state.selection.main.head)
        if (word) void language.goToDefinition(word.from, nameAt(view, word.from, word.to))
        return true
      },
    }]),
    EditorView.domEventHandlers({
      mousemove: mark,
      keyup: mark,
      mousedown: (event, view) => {
        const wanted = (event.ctrlKey || event.metaKey) && event.button === 0 && !event.altKey && !event.shiftKey
        const pos = wanted && language.isReady() ? view.posAtCoords({ x: event.clientX, y: event.clientY }) : null
        const word = pos === null ? null : view.state.wordAt(pos)
        if (!word) return false
        event.preventDefault()
        void language.goToDefinition(word.from, nameAt(view, word.from, word.to))
        return true
      },
    }),
  ]
}
