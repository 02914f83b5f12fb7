import { useState, type JSX, type SyntheticEvent } from "react"
import { t } from "../../words/words"
import { Button } from "../Button"
import { Dialog } from "../Dialog"
import { TextField } from "../TextField"

interface NameDialogProps {
  readonly title: string
  readonly label: string
  readonly initial: string
  readonly confirm: string
  /** Null when it is done, else why not. */
  readonly onName: (name: string) => Promise<string | null>
  readonly onClose: () => void
}

/** Asks for a name; stays with the reason when it cannot be had. */
export function NameDialog({ title, label, initial, confirm, onName, onClose }: NameDialogProps): JSX.Element {
  const [name, setName] = useState(initial)
  const [refused, setRefused] = useState<string | null>(null)
  const [pending, setPending] = useState(false)
  const wanted = name.trim()
  const submit = async (event: SyntheticEvent): Promise<void> => {
    event.preventDefault()
    if (wanted === "" || pending) return
    setPending(true)
    const reason = await onName(wanted)
    setPending(false)
    setRefused(reason)
    if (reason === null) onClose()
  }
  return (
    <Dialog isOpen title={title} onClose={onClose}>
      <form className="c-form" onSubmit={(event) => void submit(event)}>
        {refused !== null && <p className="c-form-error" role="alert">{refused}</p>}
        <TextField label={label} value={name} onChange={setName} autoFocus maxLength={255} onFocus={(event) => {
          if (!(event.target instanceof HTMLInputElement)) return
          // The ending stays unless one wants it gone.
          const dot = event.target.value.lastIndexOf(".")
          event.target.setSelectionRange(0, dot > 0 ? dot : event.target.value.length)
        }} />
        <div className="c-dialog-foot">
          <Button variant="plain" onPress={onClose}>{t("action.cancel")}</Button>
          <Button variant="primary" type="submit" isDisabled={wanted === ""} pending={pending}>{confirm}</Button>
        </div>
      </form>
    </Dialog>
  )
}
