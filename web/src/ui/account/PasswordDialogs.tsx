import { useState, type JSX } from "react"
import { t } from "../../words/words"
import { Button } from "../Button"
import { Dialog } from "../Dialog"
import { TextField } from "../TextField"
import {
  FormError, noPassword, PasswordFields, passwordProblems, useSubmit, type PasswordProblems,
} from "./forms"

interface ResetPasswordDialogProps {
  /** Resolves to null when it is set, else to the words that say why not. */
  readonly onSubmit: (password: string) => Promise<string | null>
  readonly onClose: () => void
}

/** Asks one who came by a link for a forgotten password for another one. */
export function ResetPasswordDialog({ onSubmit, onClose }: ResetPasswordDialogProps): JSX.Element {
  const [draft, setDraft] = useState(noPassword)
  const [problems, setProblems] = useState<PasswordProblems>({})
  const form = useSubmit(() => {
    const found = passwordProblems(draft)
    setProblems(found)
    return Object.keys(found).length > 0 ? null : () => onSubmit(draft.password)
  })
  return (
    <Dialog isOpen title={t("reset.title")} onClose={onClose}>
      <p>{t("reset.text")}</p>
      <form className="c-form" noValidate onSubmit={form.onSubmit}>
        <PasswordFields draft={draft} problems={problems} onChange={setDraft} autoFocus />
        {form.refused !== null && <FormError>{form.refused}</FormError>}
        <div className="c-dialog-foot">
          <Button variant="plain" onPress={onClose}>{t("setup.later")}</Button>
          <Button variant="primary" type="submit" pending={form.pending}>{t("reset.submit")}</Button>
        </div>
      </form>
    </Dialog>
  )
}

interface ConfirmPasswordDialogProps {
  /** Without a password one can only sign in again. */
  readonly hasPassword: boolean
  /** Resolves to null when it was right, else to the words that say why not. */
  readonly onSubmit: (password: string) => Promise<string | null>
  readonly onClose: () => void
}

/** Asks who is signed in for the password, before something that is not for whoever finds the page open. */
export function ConfirmPasswordDialog(
  { hasPassword, onSubmit, onClose }: ConfirmPasswordDialogProps,
): JSX.Element {
  const [password, setPassword] = useState("")
  const form = useSubmit(() => password === "" ? null : () => onSubmit(password))
  if (!hasPassword) {
    return (
      <Dialog isOpen title={t("confirm.title")} onClose={onClose}
        footer={<Button variant="primary" onPress={onClose}>{t("action.close")}</Button>}>
        <p>{t("confirm.text_no_password")}</p>
      </Dialog>
    )
  }
  return (
    <Dialog isOpen title={t("confirm.title")} onClose={onClose}>
      <p>{t("confirm.text")}</p>
      <form className="c-form" noValidate onSubmit={form.onSubmit}>
        <TextField label={t("field.password")} type="password" autoComplete="current-password" autoFocus
          value={password} onChange={setPassword} />
        {form.refused !== null && <FormError>{form.refused}</FormError>}
        <div className="c-dialog-foot">
          <Button variant="plain" onPress={onClose}>{t("action.cancel")}</Button>
          <Button variant="primary" type="submit" pending={form.pending} isDisabled={password === ""}>
            {t("confirm.submit")}
          </Button>
        </div>
      </form>
    </Dialog>
  )
}
