import "./form.css"
import { useMemo, type JSX } from "react"
import { sourceOf } from "../../../model/cell_text"
import { changeField, parseForm, type Field, type Form } from "../../../model/form"
import type { Cell } from "../../../model/notebook_state"
import { MarkdownView } from "../../../output/MarkdownView"
import { IconButton } from "../../../ui/Button"
import { showToast } from "../../../ui/toast"
import { t } from "../../../words/words"
import { useNotebook } from "../context"
import { setCellView } from "../cell_view"
import { FieldRow } from "./FieldRow"

export interface FormViewProps {
  readonly cell: Cell
  readonly codeHidden: boolean
  readonly readOnly: boolean
}

/** The form that a cell's comments describe, in place of its code or beside it. */
export function FormView({ cell, codeHidden, readOnly }: FormViewProps): JSX.Element | null {
  const notebook = useNotebook()
  const { commands, session } = notebook
  const { doc } = cell.text
  // Read again when the text changed, not with each cursor.
  // eslint-disable-next-line react-hooks/exhaustive-deps
  const form = useMemo(() => parseForm(sourceOf(cell.text)), [doc])
  if (!form && !codeHidden) return null
  const change = (field: Field, value: string): boolean => {
    const now = session.view.state?.cells.get(cell.id)
    const changes = now && changeField(sourceOf(now.text), field, value)
    if (!changes) {
      showToast({ text: t("form.refused", { name: field.name }), level: "warning" })
      return false
    }
    if (changes.insert === sourceOf(now.text).slice(changes.from, changes.to)) return true
    session.change(cell.id, { changes, userEvent: "input.form" })
    if (form?.runsItself) commands.run([cell.id])
    return true
  }
  return (
    <div className={`n-form ${codeHidden ? "n-form-alone" : ""}`} role="group" aria-label={form?.title || t("form.label")}
      style={form && form.width !== "" && !codeHidden ? { flexBasis: form.width } : undefined}
      onKeyDown={(event) => {
        if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey || event.shiftKey)) return
        event.preventDefault()
        if (event.target instanceof HTMLElement) event.target.blur()
        commands.runHere(cell.id)
      }} onDoubleClick={(event) => {
        if (event.target instanceof Element && !event.target.closest("input, select, button, .o-markdown a") && !readOnly) {
          setCellView(notebook, cell.id, codeHidden ? "both" : "form")
        }
      }}>
      <Title form={form} cell={cell} codeHidden={codeHidden} onToggle={() =>
        setCellView(notebook, cell.id, codeHidden ? "both" : "form")} readOnly={readOnly} />
      {form?.items.map((item) => item.kind === "markdown"
        ? <MarkdownView key={`m${item.line}`} source={item.text} className="n-form-words" />
        : <FieldRow key={`${item.name} ${item.type}`} field={item} readOnly={readOnly} onChange={(value) => change(item, value)} />)}
    </div>
  )
}

interface TitleProps {
  readonly form: Form | null
  readonly cell: Cell
  readonly codeHidden: boolean
  readonly readOnly: boolean
  readonly onToggle: () => void
}

/** What the form is called; of hidden code without a title its first line. */
function Title({ form, cell, codeHidden, readOnly, onToggle }: TitleProps): JSX.Element {
  const words = form?.title || (codeHidden && !form?.items.length ? cell.text.doc.line(1).text : "")
  return (
    <div className="n-form-head">
      {words !== "" && <h3 className={form?.title ? "" : "n-form-code"}>{words}</h3>}
      <span className="n-form-space" />
      {!readOnly && (
        <IconButton icon={codeHidden ? "code" : "eye_off"} size={16} label={t(codeHidden ? "form.show_code" : "form.hide_code")}
          onPress={onToggle} />
      )}
    </div>
  )
}
