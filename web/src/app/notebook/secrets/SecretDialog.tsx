import { useState, type JSX } from "react"
import { Form } from "react-aria-components"
import { Button, IconButton } from "../../../ui/Button"
import { Dialog } from "../../../ui/Dialog"
import { TextField } from "../../../ui/TextField"
import { t } from "../../../words/words"
import { errorText } from "../../errors"

interface SecretDialogProps {
  /** The secret that is changed; null: a new one. */
  readonly name: string | null
  readonly onSave: (name: string, value: string) => Promise<void>
  readonly onClose: () => void
}

/** Name and value of a secret. A value may have several lines. */
export function SecretDialog({ name: before, onSave, onClose }: SecretDialogProps): JSX.Element {
  const [name, setName] = useState(before ?? "")
  const [value, setValue] = useState("")
  const [shown, setShown] = useState(false)
  const [pending, setPending] = useState(false)
  const [error, setError] = useState<string | undefined>()
  const save = async (): Promise<void> => {
    setPending(true)
    setError(undefined)
    try {
      await onSave(name.trim(), value)
      onClose()
    } catch (failed) {
      setError(errorText(failed))
    } finally {
      setPending(false)
    }
  }
  const ready = name.trim() !== "" && (before !== null || value !== "")
  return (
    <Dialog isOpen onClose={onClose} title={t(before === null ? "secrets.add" : "secrets.edit")} footer={
      <>
        <Button variant="plain" onPress={onClose}>{t("action.cancel")}</Button>
        <Button variant="primary" type="submit" form="secret" pending={pending} isDisabled={!ready}>{t("action.save")}</Button>
      </>
    }>
      <Form id="secret" className="s-form" validationBehavior="aria" onSubmit={(event) => {
        event.preventDefault()
        if (ready) void save()
      }}>
        <TextField label={t("secrets.name")} value={name} onChange={setName} error={error} autoFocus={before === null}
          maxLength={100} autoComplete="off" spellCheck="false" />
        <div className="c-field">
          <label className="c-field-label" htmlFor="secret-value">{t("secrets.value")}</label>
          <div className="c-field-box s-value-box">
            <textarea id="secret-value" className={`c-input s-text ${shown ? "" : "s-hidden"}`} rows={3} value={value}
              autoFocus={before !== null} autoComplete="off" spellCheck={false} onChange={(event) => setValue(event.target.value)} />
            <IconButton icon={shown ? "eye_off" : "eye"} size={18} label={t(shown ? "field.hide_password" : "field.show_password")}
              onPress={() => setShown(!shown)} />
          </div>
          {before !== null && <p className="c-field-hint">{t("secrets.keep_value")}</p>}
        </div>
      </Form>
    </Dialog>
  )
}
