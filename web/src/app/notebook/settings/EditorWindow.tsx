import "./editor_window.css"
import { useSyncExternalStore, type JSX } from "react"
import { fontSizes, type EditorOptions } from "../../../model/editor_options"
import type { ProblemLevel } from "../../../model/problems"
import { Tick } from "../../../ui/Choice"
import { Dialog } from "../../../ui/Dialog"
import { Segments } from "../../../ui/Segments"
import { t, type WordKey } from "../../../words/words"
import { setEditorOptions, useEditorOptions } from "../editor_options"
import { toggleLineNumbers, useLineNumbers } from "../line_numbers"
import { keymapNames, keySettings, setKeys, subscribeKeys } from "../registry/key_settings"

type Flag = { [Name in keyof EditorOptions]: EditorOptions[Name] extends boolean ? Name : never }[keyof EditorOptions]

const flags: readonly (readonly [Flag, WordKey])[] = [
  ["completions", "editor.completions"], ["acceptOnEnter", "editor.accept_on_enter"], ["closeBrackets", "editor.close_brackets"],
  ["guides", "editor.guides"], ["folding", "editor.folding"], ["wrapping", "editor.wrapping"], ["formatOnSave", "editor.format_on_save"],
  ["languageServer", "editor.language_server"],
]
const levels: readonly ProblemLevel[] = ["off", "errors", "all"]

/** How code is written: all of it holds at once, in every notebook of this browser. */
export function EditorWindow({ onClose }: { readonly onClose: () => void }): JSX.Element {
  const options = useEditorOptions()
  const keys = useSyncExternalStore(subscribeKeys, keySettings)
  const numbered = useLineNumbers()
  return (
    <Dialog isOpen title={t("editor.title")} onClose={onClose}>
      <div className="n-editor-settings">
        <Segments label={t("editor.keys")} chosen={keys.map} onChange={(map) => setKeys({ ...keys, map })}
          options={keymapNames.map((id) => ({ id, label: t(`shortcuts.map_${id}`) }))} />
        <Segments label={t("editor.indent")} chosen={options.indent === 2 ? "2" : "4"}
          onChange={(indent) => setEditorOptions({ indent: indent === "2" ? 2 : 4 })}
          options={[{ id: "2", label: t("editor.indent_2") }, { id: "4", label: t("editor.indent_4") }]} />
        <Segments label={t("editor.problems")} chosen={options.problems} onChange={(problems) => setEditorOptions({ problems })}
          options={levels.map((id) => ({ id, label: t(`editor.problems_${id}`) }))} />
        <label className="n-editor-size">
          <span>{t("editor.font_size")}</span>
          <select value={options.fontSize} onChange={({ target }) => setEditorOptions({ fontSize: Number(target.value) })}>
            {fontSizes.map((size) => <option key={size} value={size}>{size}</option>)}
          </select>
        </label>
        <Tick label={t("editor.line_numbers")} isSelected={numbered} onChange={toggleLineNumbers} />
        {flags.map(([name, words]) => (
          <Tick key={name} label={t(words)} isSelected={options[name]} onChange={(isOn) => setEditorOptions({ [name]: isOn })} />
        ))}
        <p className="n-editor-kept">{t("editor.kept")}</p>
      </div>
    </Dialog>
  )
}
