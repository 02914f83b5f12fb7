import { useState, type JSX } from "react"
import { useLanguage } from "../../words/use_language"
import { t } from "../../words/words"
import { Button } from "../Button"
import { Dialog } from "../Dialog"
import { TextField } from "../TextField"
import {
  FormError, looksLikeEmail, noPassword, PasswordFields, passwordProblems, useSubmit,
  type PasswordProblems,
} from "./forms"

export interface AccountSetup {
  readonly email: string
  readonly name: string
  readonly password: string
}

interface AccountSetupDialogProps {
  readonly isOpen: boolean
  readonly email: string
  readonly name: string
  /** Whether the person may choose the address too; an administrator has chosen the others'. */
  readonly choosesEmail: boolean
  /** Resolves to null when saved, else to the words that say why not. */
  readonly onSubmit: (setup: AccountSetup) => Promise<string | null>
  /** Without it the dialog cannot be put off. */
  readonly onClose?: (() => void) | undefined
}

type Problems = PasswordProblems & { readonly email?: string; readonly name?: string }

/** Asks one who came by a one-time link how to sign in from now on. */
export function AccountSetupDialog(props: AccountSetupDialogProps): JSX.Element {
  useLanguage()
  const [email, setEmail] = useState(props.email)
  const [name, setName] = useState(props.name)
  const [draft, setDraft] = useState(noPassword)
  const [problems, setProblems] = useState<Problems>({})
  const { onClose, onSubmit } = props
  const form = useSubmit(() => {
    const found: Problems = {
      ...(name.trim() === "" ? { name: t("form.name_missing") } : {}),
      ...(looksLikeEmail(email) ? {} : { email: t("form.email_invalid") }),
      ...passwordProblems(draft),
    }
    setProblems(found)
    if (Object.keys(found).length > 0) return null
    return () => onSubmit({ email: email.trim(), name: name.trim(), password: draft.password })
  })
  return (
    <Dialog isOpen={props.isOpen} title={t("setup.title")} dismissable={onClose !== undefined}
      onClose={() => onClose?.()}>
      <p>{t("setup.text")}</p>
      <form className="c-form" noValidate onSubmit={form.onSubmit}>
        <TextField label={t("field.name")} autoComplete="name" value={name} autoFocus
          error={problems.name} onChange={setName} />
        <TextField label={t("field.email")} type="email" autoComplete="username" value={email}
          isReadOnly={!props.choosesEmail} error={problems.email} onChange={setEmail} />
        <PasswordFields draft={draft} problems={problems} onChange={setDraft} />
        {form.refused !== null && <FormError>{form.refused}</FormError>}
        <div className="c-dialog-foot">
          {onClose && <Button variant="plain" onPress={onClose}>{t("setup.later")}</Button>}
          <Button variant="primary" type="submit" pending={form.pending}>{t("setup.submit")}</Button>
        </div>
      </form>
    </Dialog>
  )
}
