import { useState, type JSX } from "react"
import { isVariableName, newFieldLine, type NewField } from "../../../model/form"
import { Button } from "../../../ui/Button"
import { OneOf, Tick } from "../../../ui/Choice"
import { Dialog } from "../../../ui/Dialog"
import { TextField } from "../../../ui/TextField"
import { t } from "../../../words/words"
import { useNotebook } from "../context"

const forms = ["input", "dropdown", "slider", "markdown"] as const
const types = ["string", "number", "integer", "boolean", "date", "raw"] as const
const numberOr = (text: string, otherwise: number): number =>
  text.trim() !== "" && Number.isFinite(Number(text)) ? Number(text) : otherwise

/** Adds a field to the form of the focused cell, or of a new one. */
export function FormFieldDialog({ onClose }: { readonly onClose: () => void }): JSX.Element {
  const { session, focus, commands } = useNotebook()
  const [form, setForm] = useState<NewField["form"]>("input")
  const [type, setType] = useState<NewField["type"]>("string")
  const [name, setName] = useState("variable_name")
  const [words, setWords] = useState("")
  const [takesOther, setTakesOther] = useState(false)
  const [range, setRange] = useState({ min: "0", max: "100", step: "1" })
  const named = form === "markdown" || isVariableName(name.trim())
  const add = (): void => {
    const line = newFieldLine({
      form, type, name: name.trim(), takesOther,
      words: form === "markdown" ? [words] : words.split(/[,，\n]/).map((word) => word.trim()).filter((word) => word !== ""),
      min: numberOr(range.min, 0), max: numberOr(range.max, 100), step: numberOr(range.step, 1),
    })
    const cell = focus.view.cell === null ? undefined : session.view.state?.cells.get(focus.view.cell)
    if (cell?.cell_type === "code") {
      const { doc } = cell.text
      session.change(cell.id, { changes: { from: doc.length, insert: (doc.length > 0 ? "\n" : "") + line } })
    } else commands.insertBelowFocus("code", line)
    onClose()
  }
  return (
    <Dialog isOpen title={t("menu.form_field")} onClose={onClose} footer={
      <>
        <Button variant="plain" onPress={onClose}>{t("action.cancel")}</Button>
        <Button variant="primary" isDisabled={!named} onPress={add}>{t("form.add")}</Button>
      </>
    }>
      <div className="c-form">
        <OneOf label={t("form.field_type")} chosen={form} onChange={(id) => setForm(forms.find((each) => each === id) ?? form)}
          options={forms.map((id) => ({ id, label: t(`form.field_${id}`) }))} />
        {(form === "input" || form === "dropdown") && (
          <OneOf label={t("form.variable_type")} chosen={type} onChange={(id) => setType(types.find((each) => each === id) ?? type)}
            options={types.map((id) => ({ id, label: t(`form.type_${id}`) }))} />
        )}
        {form !== "markdown" && (
          <TextField label={t("form.variable_name")} value={name} onChange={setName} autoFocus
            error={named ? undefined : t("form.no_name")} />
        )}
        {form === "dropdown" && (
          <>
            <TextField label={t("form.choices")} description={t("form.choices_hint")} value={words} onChange={setWords} />
            <Tick label={t("form.takes_other")} isSelected={takesOther} onChange={setTakesOther} />
          </>
        )}
        {form === "markdown" && <TextField label={t("form.words")} value={words} onChange={setWords} autoFocus />}
        {form === "slider" && (["min", "max", "step"] as const).map((key) => (
          <TextField key={key} label={t(`form.${key}`)} value={range[key]} onChange={(text) => setRange({ ...range, [key]: text })} />
        ))}
      </div>
    </Dialog>
  )
}
