import { useState, type JSX, type SyntheticEvent } from "react"
import { t } from "../../words/words"
import { Button } from "../Button"
import { Dialog } from "../Dialog"
import { TextField } from "../TextField"

interface NameDialogProps {
  readonly title: string
  readonly text?: string
  readonly name: string
  readonly action: string
  /** What went wrong, in words; null when it is done. */
  readonly onSubmit: (name: string) => Promise<string | null>
  readonly onClose: () => void
}

/** Asks for a revision's name, which may be empty. */
export function NameDialog({ title, text, name, action, onSubmit, onClose }: NameDialogProps): JSX.Element {
  const [typed, setTyped] = useState(name)
  const [pending, setPending] = useState(false)
  const [error, setError] = useState<string | null>(null)
  const submit = async (event: SyntheticEvent): Promise<void> => {
    event.preventDefault()
    if (pending) return
    setPending(true)
    const refused = await onSubmit(typed.trim())
    setPending(false)
    if (refused === null) onClose()
    else setError(refused)
  }
  return (
    <Dialog isOpen title={title} onClose={onClose}>
      {text !== undefined && <p>{text}</p>}
      <form className="c-form" onSubmit={(event) => void submit(event)}>
        <TextField label={t("pin.name")} value={typed} onChange={setTyped} autoFocus maxLength={66}
          placeholder={t("pin.placeholder")} {...(error === null ? {} : { error })} />
        <div className="c-dialog-foot">
          <Button variant="plain" onPress={onClose}>{t("action.cancel")}</Button>
          <Button variant="primary" type="submit" pending={pending}>{action}</Button>
        </div>
      </form>
    </Dialog>
  )
}
