import "./scratch.css"
import { useEffect, useMemo, useRef, useState, useSyncExternalStore, type JSX } from "react"
import type { EditorSetup } from "../../../editor/extensions"
import { noLanguage } from "../../../editor/language"
import { PlainEditor } from "../../../editor/PlainEditor"
import { languageOf } from "../../../model/notebook_state"
import { Button } from "../../../ui/Button"
import { t } from "../../../words/words"
import { useLanguage } from "../../../words/use_language"
import { cellId } from "../../../wire/ids"
import { useNotebook, useSession } from "../context"
import { useEditorOptions } from "../editor_options"
import { isIdle } from "../language/cell_language"
import { keySettings, shortcutOf, subscribeKeys } from "../registry/key_settings"
import { perform } from "../registry/registry"
import type { TabProps } from "../tabs/tab_kinds"
import { setVimMode } from "../vim_mode"
import { titleOf } from "./scratch_cells"
import { ScratchButton, ScratchOutput, useScratchCell } from "./ScratchOutput"

/** Code to try something with: it runs as a cell does, for this tab alone, and is in no file. */
export function ScratchTab({ tab, isShown, onTitle, onClose }: TabProps): JSX.Element {
  const page = useNotebook()
  const { session, scratch, commands, focus, tabs } = page
  const spoken = useLanguage()
  const id = cellId(tab.ref)
  const cell = useScratchCell(id)
  const language = useSession(session, (view) => view.state ? languageOf(view.state) : "python")
  const writable = useSession(session, (view) => view.writable)
  const options = useEditorOptions()
  const withVim = useSyncExternalStore(subscribeKeys, () => keySettings().map === "vim")
  const [first] = useState(() => scratch.textOf(tab.ref))
  const text = useRef(first)
  const [filled, setFilled] = useState(first.trim() !== "")
  const [wantsFocus, setWantsFocus] = useState(0)
  useEffect(() => {
    // One that a reload finds again leaves the keyboard where it is.
    if (isShown && tabs.view.asked > 0) setWantsFocus((count) => count + 1)
  }, [isShown, tabs])
  // A tab that was closed is forgotten; one whose page is loaded anew, or that goes to the other pane, is not.
  useEffect(() => () => {
    if (!tabs.has("scratch", tab.ref)) scratch.forget(id)
  }, [tabs, scratch, tab.ref, id])
  const setup = useMemo((): EditorSetup => {
    const run = (): void => commands.runScratch(id, text.current)
    const leave = (): void => {
      if (focus.view.cell !== null) focus.move(focus.view.cell, "cell")
    }
    return {
      cell_type: "code", language, readOnly: false, options,
      vim: withVim ? { run, runAndNext: run, runAndInsert: run, leave, save: () => perform("save", page), onMode: setVimMode } : null,
      keys: {
        run, runAndNext: run, runAndInsert: run,
        leave, goUp: () => false, goDown: () => false,
      },
      kernel: {
        complete: (code, cursor) => isIdle(session) ? session.complete(code, cursor) : Promise.resolve(null),
      },
      server: noLanguage,
      finding: { subscribe: () => () => undefined, pattern: () => null, current: () => null },
      labels: {
        editor: t("scratch.editor"), placeholder: t("scratch.placeholder"),
        openHelp: t("help.open"), newName: t("rename.new_name"), fold: t("fold.fold"), unfold: t("fold.unfold"),
      },
    }
    // The labels are words, and words change with the language.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [page, id, language, spoken, options, withVim])
  return (
    <div className="n-scratch">
      <div className="n-scratch-cell">
        <div className="n-gutter">
          <ScratchButton cell={cell} label={`${t("scratch.run")} (${shortcutOf("run")})`} onRun={() => commands.runScratch(id, text.current)} />
        </div>
        <div className="n-source">
          <PlainEditor text={first} setup={setup} wantsFocus={wantsFocus} onChange={(code) => {
            text.current = code
            scratch.keep(tab.ref, code)
            onTitle(titleOf(code))
            setFilled(code.trim() !== "")
          }} />
        </div>
      </div>
      {cell && <ScratchOutput cell={cell} />}
      <footer className="n-scratch-foot">
        <p>{t("scratch.note")}</p>
        <Button size="small" variant="plain" icon="add" isDisabled={!writable || !filled} onPress={() => {
          commands.insertBelowFocus("code", text.current)
          onClose()
        }}>{t("scratch.insert")}</Button>
      </footer>
    </div>
  )
}
