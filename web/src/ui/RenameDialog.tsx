import { useState, type JSX, type SyntheticEvent } from "react"
import { t } from "../words/words"
import { Button } from "./Button"
import { Dialog } from "./Dialog"
import { TextField } from "./TextField"

interface RenameDialogProps {
  readonly title: string
  /** What is renamed; a notebook unless told. */
  readonly heading?: string
  readonly onRename: (title: string) => Promise<void> | void
  readonly onClose: () => void
}

/** Asks for a notebook's new name; closes when it is taken. */
export function RenameDialog({ title, heading, onRename, onClose }: RenameDialogProps): JSX.Element {
  const [name, setName] = useState(title)
  const [pending, setPending] = useState(false)
  const wanted = name.trim()
  const submit = async (event: SyntheticEvent): Promise<void> => {
    event.preventDefault()
    if (wanted === "" || pending) return
    setPending(true)
    try {
      if (wanted !== title) await onRename(wanted)
    } finally {
      setPending(false)
      onClose()
    }
  }
  return (
    <Dialog isOpen title={heading ?? t("list.rename_title")} onClose={onClose}>
      <form className="c-form" onSubmit={(event) => void submit(event)}>
        <TextField label={t("list.rename_label")} value={name} onChange={setName} autoFocus
          maxLength={200} onFocus={(event) => {
            if (event.target instanceof HTMLInputElement) event.target.select()
          }} />
        <div className="c-dialog-foot">
          <Button variant="plain" onPress={onClose}>{t("action.cancel")}</Button>
          <Button variant="primary" type="submit" isDisabled={wanted === ""} pending={pending}>
            {t("action.rename")}
          </Button>
        </div>
      </form>
    </Dialog>
  )
}
