/** What a mounted editor adds to a cell's text: language, keys, looks. */
import { closeBrackets, closeBracketsKeymap } from "@codemirror/autocomplete"
import { defaultKeymap, historyKeymap } from "@codemirror/commands"
import { python } from "@codemirror/lang-python"
import { bracketMatching, indentOnInput, indentUnit } from "@codemirror/language"
import { EditorState, Prec, type Extension } from "@codemirror/state"
import {
  dropCursor, EditorView, highlightSpecialChars, keymap, lineNumbers, placeholder,
  rectangularSelection, type Command, type KeyBinding,
} from "@codemirror/view"
import type { EditorOptions } from "../model/editor_options"
import type { CellType } from "../wire/cell"
import { completeOrIndent, completion } from "./completion"
import { findMarks, type Finding } from "./find_marks"
import { hover } from "./hover"
import type { Kernel } from "./kernel"
import type { Language } from "./language"
import { late, lateOf, whenIdle } from "./late"
import { look } from "./look"
import { shownSelection } from "./selection"
import type { VimSetup } from "./vim"

/** What the notebook does when a key leaves the editor's own affairs. */
export interface EditorKeys {
  readonly run: () => void
  readonly runAndNext: () => void
  readonly runAndInsert: () => void
  readonly leave: () => void
  /** The cursor left the text upwards or downwards; whether there is a cell to go to. */
  readonly goUp: () => boolean
  readonly goDown: () => boolean
}

export interface EditorSetup {
  readonly cell_type: CellType
  /** Of code cells, in lower case. */
  readonly language: string
  readonly readOnly: boolean
  readonly lineNumbers?: boolean
  readonly options: EditorOptions
  /** What Vim's keys need, when this person uses them. */
  readonly vim: VimSetup | null
  readonly keys: EditorKeys
  readonly kernel: Kernel
  readonly server: Language
  readonly finding: Finding
  readonly labels: {
    readonly editor: string
    readonly placeholder: string
    readonly openHelp: string
    readonly newName: string
    readonly fold: string
    readonly unfold: string
  }
}

/** The server keeps no longer text; a paste beyond is refused here, before it is anywhere. */
export const maxSourceUnits = 8 << 20

const always = (act: () => void): Command => () => {
  act()
  return true
}

/** The first words are typed before it is there. */
const codeHelp = lateOf(async () => {
  await whenIdle()
  return (await import("./code_help")).codeHelp
})
const search = late(async () => {
  await whenIdle()
  return (await import("./search_mode")).searchMode
})
const vim = lateOf(async () => (await import("./vim")).vim)
const markdown = late(async () => (await import("./markdown_mode")).markdownMode)

/** Which lines begin a cell magic or a shell line is IPython's affair; the highlighting bears it. */
function languageOf(setup: EditorSetup): Extension {
  if (setup.cell_type === "markdown") return markdown()
  if (setup.cell_type === "raw") return []
  return setup.language.startsWith("python") || setup.language === "ipython" ? python() : []
}

export function runKeymap(keys: EditorKeys): readonly KeyBinding[] {
  return [
    { key: "Mod-Enter", run: always(keys.run) },
    { key: "Shift-Enter", run: always(keys.runAndNext) },
    { key: "Alt-Enter", run: always(keys.runAndInsert) },
  ]
}

export function edgeKeymap(keys: EditorKeys): readonly KeyBinding[] {
  return [
    { key: "ArrowUp", run: (view) => isOnEdgeRow(view, false) && keys.goUp() },
    { key: "ArrowDown", run: (view) => isOnEdgeRow(view, true) && keys.goDown() },
  ]
}

/** Whether the cursor can go no further up (or down) in the text; wrapped lines have many rows. */
function isOnEdgeRow(view: EditorView, forward: boolean): boolean {
  const { doc, selection: { main } } = view.state
  const line = doc.lineAt(main.head).number
  if (!main.empty || line !== (forward ? doc.lines : 1)) return false
  const here = view.coordsAtPos(main.head)
  const there = view.coordsAtPos(view.moveVertically(main, forward).head)
  return !here || !there || Math.abs(here.top - there.top) < 2
}

/** Text from elsewhere has its own line ends; ours are \n. */
const normalisedPaste = EditorView.clipboardInputFilter.of((text) => text.replace(/\r\n?/g, "\n"))

const lengthLimit = EditorState.changeFilter.of((transaction) =>
  transaction.newDoc.length <= maxSourceUnits ||
  transaction.newDoc.length <= transaction.startState.doc.length ||
  !transaction.isUserEvent("input"))

export function editorExtensions(setup: EditorSetup): Extension {
  const isCode = setup.cell_type === "code"
  const told = hover(setup.server, setup.labels)
  const { options } = setup
  return [
    // In front of all other keys.
    setup.vim ? Prec.highest(vim(setup.vim)) : [],
    look,
    highlightSpecialChars(),
    // Vim's cursor is a block.
    shownSelection(setup.readOnly || setup.vim !== null),
    dropCursor(),
    EditorState.allowMultipleSelections.of(true),
    rectangularSelection(),
    bracketMatching(),
    findMarks(setup.finding),
    setup.lineNumbers === true ? lineNumbers() : [],
    indentUnit.of(" ".repeat(options.indent)),
    languageOf(setup),
    isCode
      ? [
        indentOnInput(), options.closeBrackets ? closeBrackets() : [], completion(setup.kernel, setup.server, options), told.extension,
        options.wrapping ? EditorView.lineWrapping : [], codeHelp(setup),
      ]
      : [EditorView.lineWrapping],
    EditorState.readOnly.of(setup.readOnly),
    EditorView.editable.of(!setup.readOnly),
    EditorView.contentAttributes.of({
      "aria-label": setup.labels.editor, spellcheck: isCode ? "false" : "true",
      autocapitalize: "off", autocorrect: "off",
      // Who may only read selects by the keyboard too, to comment on it; and what scrolls sideways is reached by it.
      tabindex: "0",
    }),
    placeholder(setup.labels.placeholder),
    normalisedPaste,
    lengthLimit,
    Prec.high(keymap.of([
      ...(isCode ? [
        { key: "Escape", run: told.hide },
        { key: "Tab", run: completeOrIndent },
        { key: "Shift-Tab", run: told.command },
      ] : []),
      ...runKeymap(setup.keys),
    ])),
    search(),
    keymap.of([
      ...closeBracketsKeymap, ...edgeKeymap(setup.keys),
      ...historyKeymap, ...defaultKeymap,
      // Last: an open list of completions or a search panel closes first.
      { key: "Escape", run: always(setup.keys.leave) },
    ]),
  ]
}
