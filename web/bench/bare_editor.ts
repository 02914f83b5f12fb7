/** What a cell's editor is made of and no more: the floor of what a key in one of ours can cost. */
import { autocompletion, closeBrackets } from "@codemirror/autocomplete"
import { defaultKeymap, history, historyKeymap } from "@codemirror/commands"
import { python } from "@codemirror/lang-python"
import { bracketMatching, defaultHighlightStyle, indentOnInput, syntaxHighlighting } from "@codemirror/language"
import { EditorView, keymap } from "@codemirror/view"

new EditorView({
  parent: document.body,
  extensions: [
    history(), keymap.of([...defaultKeymap, ...historyKeymap]), python(), syntaxHighlighting(defaultHighlightStyle),
    bracketMatching(), closeBrackets(), autocompletion(), indentOnInput(), EditorView.lineWrapping,
  ],
})
