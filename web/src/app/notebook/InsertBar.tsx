import { memo, type JSX } from "react"
import { Icon } from "../../ui/icons"
import type { CellType } from "../../wire/cell"
import type { CellId } from "../../wire/ids"
import { useLanguage } from "../../words/use_language"
import { t } from "../../words/words"
import { useNotebook } from "./context"
import { usePart } from "./session_parts"

interface InsertBarProps {
  readonly after: CellId | null
  /** Shown without the mouse over it. */
  readonly always: boolean
}

/** Between two cells: a new one of either kind. Plain buttons, for there are many of these. */
export const InsertBar = memo(function InsertBar({ after, always }: InsertBarProps): JSX.Element | null {
  useLanguage()
  const { session, commands } = useNotebook()
  const writable = usePart(session, "writable")
  if (!writable) return null
  const button = (type: CellType, label: string, words: string): JSX.Element => (
    <button type="button" className="n-insert-button" aria-label={label} tabIndex={always ? 0 : -1}
      onClick={() => commands.insert(type, after)}>
      <Icon name="add" size={16} />{words}
    </button>
  )
  return (
    <div className={`n-insert ${always ? "n-insert-always" : ""}`}>
      {button("code", t("tool.add_code"), t("tool.code"))}
      {button("markdown", t("tool.add_text"), t("tool.text"))}
    </div>
  )
})
