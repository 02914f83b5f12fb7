import { useMemo, useSyncExternalStore, type JSX } from "react"
import { CellEditor } from "../../editor/CellEditor"
import type { EditorSetup } from "../../editor/extensions"
import { noLanguage } from "../../editor/language"
import type { VimSetup } from "../../editor/vim"
import type { EditorOptions } from "../../model/editor_options"
import { sourceOf } from "../../model/cell_text"
import { isReadOnly, type Cell } from "../../model/notebook_state"
import type { RunningLine } from "../../wire/server_message"
import { useLanguage } from "../../words/use_language"
import { t } from "../../words/words"
import { useLineNumbers } from "./line_numbers"
import { useCommentsOn } from "./comments/on_text"
import { useEditorOptions } from "./editor_options"
import { isIdle, languageOfCell } from "./language/cell_language"
import { keySettings, subscribeKeys } from "./registry/key_settings"
import { perform } from "./registry/registry"
import { usePart, usePartOf } from "./session_parts"
import { setVimMode } from "./vim_mode"
import { useFocus, useNotebook, type OpenNotebook } from "./context"

interface SourceEditorProps {
  readonly cell: Cell
  readonly near: boolean
}

/** The cell's text: an editor when it is near, else plain words of the same height. */
export function SourceEditor({ cell, near }: SourceEditorProps): JSX.Element {
  if (near) return <Editor cell={cell} />
  return <pre className="n-static">{sourceOf(cell.text)}{"\n"}</pre>
}

function Editor({ cell }: { readonly cell: Cell }): JSX.Element {
  const spoken = useLanguage()
  const notebook = useNotebook()
  const { session, focus } = notebook
  const { id, cell_type } = cell
  const writable = usePart(session, "writable") && !isReadOnly(cell)
  const language = usePart(session, "language")
  const turn = useFocus((view) => view.cell === id && view.mode === "edit" ? view.turn : 0)
  const numbered = useLineNumbers() && cell_type === "code"
  const options = useEditorOptions()
  const withVim = useSyncExternalStore(subscribeKeys, () => keySettings().map === "vim")
  const setup = useMemo(
    () => {
      const given = editorSetup(notebook, id, cell_type, language, !writable, options)
      return { ...given, lineNumbers: numbered, vim: withVim ? vimSetup(notebook, given) : null }
    },
    // The labels are words, and words change with the language.
    // eslint-disable-next-line react-hooks/exhaustive-deps
    [notebook, id, cell_type, language, writable, spoken, numbered, options, withVim])
  return (
    <CellEditor session={session} cell={cell} setup={setup} wantsFocus={turn}
      typedAhead={() => focus.takeTyped()} onFocus={() => {
        focus.note(id, "edit")
        if (writable) void setup.server.begin().then(notebook.problems.begin)
      }}
      line={usePartOf(session, "line", (line) => runningLineOf(cell, line))}
      comments={useCommentsOn(id)} onComment={(thread) => notebook.comments.select(thread)} />
  )
}

function vimSetup(page: OpenNotebook, { keys }: EditorSetup): VimSetup {
  return {
    run: keys.run, runAndNext: keys.runAndNext, runAndInsert: keys.runAndInsert, leave: keys.leave,
    save: () => perform("save", page), onMode: setVimMode,
  }
}

/** Of a run of more than a moment, as far as the kernel tells. */
function runningLineOf({ run }: Cell, line: RunningLine | null): number {
  return line !== null && run?.state === "running" && run.execution === line.execution ? line.line : 0
}

function editorSetup(
  page: OpenNotebook, id: Cell["id"], cell_type: Cell["cell_type"], language: string, readOnly: boolean, options: EditorOptions,
): EditorSetup {
  const { session, focus, commands, finding } = page
  const onThis = (name: "run" | "run_and_next" | "run_and_insert") => (): void => {
    focus.note(id, "edit")
    commands.execute(name)
  }
  return {
    cell_type, language, readOnly, options, vim: null,
    keys: {
      run: onThis("run"), runAndNext: onThis("run_and_next"), runAndInsert: onThis("run_and_insert"),
      leave: () => focus.move(id, "cell"),
      goUp: () => commands.step(id, -1),
      goDown: () => commands.step(id, 1),
    },
    kernel: {
      complete: (code, cursor) => isIdle(session) ? session.complete(code, cursor) : Promise.resolve(null),
    },
    server: cell_type === "code" ? languageOfCell(page, id) : noLanguage,
    finding: {
      subscribe: finding.subscribe, pattern: finding.activePattern, current: () => finding.currentIn(id),
    },
    labels: {
      editor: t("cell.editor_label"),
      placeholder: t(cell_type === "code" ? "cell.code_placeholder" : "cell.text_placeholder"),
      openHelp: t("help.open"), newName: t("rename.new_name"), fold: t("fold.fold"), unfold: t("fold.unfold"),
    },
  }
}
