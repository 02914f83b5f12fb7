/** An editor for a file of the runtime: its own text and history, nothing of the notebook's. */
import { closeBrackets, closeBracketsKeymap } from "@codemirror/autocomplete"
import { defaultKeymap, history, historyKeymap, indentWithTab } from "@codemirror/commands"
import { python } from "@codemirror/lang-python"
import { bracketMatching, indentOnInput, indentUnit } from "@codemirror/language"
import { highlightSelectionMatches, searchKeymap } from "@codemirror/search"
import { EditorState, type Extension } from "@codemirror/state"
import { EditorView, highlightActiveLine, highlightSpecialChars, keymap, lineNumbers } from "@codemirror/view"
import { look } from "./look"
import { shownSelection } from "./selection"

export interface FileEditorSetup {
  readonly text: string
  /** Of the name: "py". */
  readonly ending: string
  readonly label: string
  readonly onSave: () => void
  readonly onChange: () => void
}

export interface FileEditor {
  readonly text: () => string
  /** Replaces all of it, and keeps the place as far as that is there. */
  readonly replace: (text: string) => void
  readonly goTo: (line: number) => void
  readonly focus: () => void
  readonly close: () => void
}

async function languageOf(ending: string): Promise<Extension> {
  if (ending === "py" || ending === "pyi") return python()
  if (ending === "md" || ending === "markdown") return (await import("./markdown_mode")).markdownMode
  return []
}

export async function mountFileEditor(parent: HTMLElement, setup: FileEditorSetup): Promise<FileEditor> {
  const language = await languageOf(setup.ending)
  // Text comes back as it was: with its own ends of lines.
  const separator = /\r\n/.test(setup.text) && !/[^\r]\n/.test(setup.text) ? "\r\n" : "\n"
  let replacing = false
  const view = new EditorView({
    parent,
    state: EditorState.create({
      doc: setup.text,
      extensions: [
        look, EditorState.lineSeparator.of(separator), lineNumbers(), highlightSpecialChars(), history(), shownSelection(false), indentOnInput(),
        bracketMatching(), closeBrackets(), highlightActiveLine(), highlightSelectionMatches(), language,
        indentUnit.of(setup.ending === "py" ? "    " : "  "),
        EditorView.contentAttributes.of({ "aria-label": setup.label, spellcheck: "false", autocapitalize: "off", autocorrect: "off" }),
        keymap.of([
          { key: "Mod-s", preventDefault: true, run: () => { setup.onSave(); return true } },
          ...closeBracketsKeymap, ...searchKeymap, ...historyKeymap, ...defaultKeymap, indentWithTab,
        ]),
        EditorView.updateListener.of((update) => {
          if (update.docChanged && !replacing) setup.onChange()
        }),
      ],
    }),
  })
  return {
    text: () => view.state.sliceDoc(),
    replace: (text) => {
      const { anchor } = view.state.selection.main
      replacing = true
      view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: view.state.toText(text) } })
      view.dispatch({ selection: { anchor: Math.min(anchor, view.state.doc.length) } })
      replacing = false
    },
    goTo: (line) => {
      const { from } = view.state.doc.line(Math.max(1, Math.min(line, view.state.doc.lines)))
      view.dispatch({ selection: { anchor: from }, effects: EditorView.scrollIntoView(from, { y: "center" }) })
      view.focus()
    },
    focus: () => view.focus(),
    close: () => view.destroy(),
  }
}
