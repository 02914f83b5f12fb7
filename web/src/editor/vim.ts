/** Vim's keys in an editor. Whoever is in it by accident gets out: Escape where Vim has none to take, and Shift+Escape always. */
import { EditorView } from "@codemirror/view"
import { Prec, type Extension } from "@codemirror/state"
import { getCM, Vim, vim as vimKeys } from "@replit/codemirror-vim"

export type VimMode = "normal" | "insert" | "visual" | "replace"

export interface VimSetup {
  readonly leave: () => void
  readonly save: () => void
  readonly run: () => void
  readonly runAndNext: () => void
  readonly runAndInsert: () => void
  /** Null: no editor has the keyboard. */
  readonly onMode: (mode: VimMode | null) => void
}

const modes: readonly VimMode[] = ["normal", "insert", "visual", "replace"]

/** The setup of the editor that a command of Vim's is given in. */
const setups = new WeakMap<EditorView, VimSetup>()

const inFocus = (act: (setup: VimSetup) => void) => (cm: { cm6: EditorView }): void => {
  const setup = setups.get(cm.cm6)
  if (setup) act(setup)
}

Vim.defineEx("write", "w", inFocus(({ save }) => save()))
Vim.defineEx("quit", "q", inFocus(({ leave }) => leave()))
Vim.defineEx("wq", "wq", inFocus(({ save, leave }) => {
  save()
  leave()
}))

/** Whether Escape means something to Vim itself. */
function takesEscape(view: EditorView): boolean {
  const state = getCM(view)?.state.vim
  if (!state) return false
  return state.insertMode || state.visualMode || state.inputState.keyBuffer.length > 0 || view.dom.querySelector(".cm-vim-panel input") !== null
}

function take(event: KeyboardEvent, setup: VimSetup, view: EditorView): boolean {
  if (event.key === "Escape" && (event.shiftKey || !takesEscape(view))) setup.leave()
  else if (event.key !== "Enter" || view.state.readOnly) return false
  else if (event.ctrlKey || event.metaKey) setup.run()
  else if (event.shiftKey) setup.runAndNext()
  else if (event.altKey) setup.runAndInsert()
  else return false
  event.preventDefault()
  return true
}

export function vim(setup: VimSetup): Extension {
  const tell = (view: EditorView): void => {
    const state = getCM(view)?.state.vim
    const mode = state?.insertMode ? "insert" : state?.visualMode ? "visual" : "normal"
    setup.onMode(view.hasFocus ? mode : null)
  }
  return [
    Prec.highest(EditorView.domEventHandlers({ keydown: (event, view) => take(event, setup, view) })),
    vimKeys({ status: false }),
    EditorView.updateListener.of(({ focusChanged, view }) => {
      if (focusChanged) tell(view)
    }),
    follow(setup),
  ]
}

function follow(setup: VimSetup): Extension {
  return EditorView.updateListener.of(({ view }) => {
    if (setups.has(view)) return
    setups.set(view, setup)
    getCM(view)?.on("vim-mode-change", ({ mode }: { mode: string }) => {
      setup.onMode(modes.find((each) => each === mode) ?? "normal")
    })
  })
}
