import { useState, type JSX, type SyntheticEvent } from "react"
import { useLanguage } from "../words/use_language"
import { t } from "../words/words"
import { Button } from "./Button"
import { Dialog } from "./Dialog"
import { Icon } from "./icons"
import { TextField } from "./TextField"

export interface AccountSetup {
  readonly email: string
  readonly name: string
  readonly password: string
}

interface AccountSetupDialogProps {
  readonly isOpen: boolean
  readonly email: string
  readonly name: string
  /** Resolves to null when saved, else to the words that say why not. */
  readonly onSubmit: (setup: AccountSetup) => Promise<string | null>
  /** Without it the dialog cannot be put off. */
  readonly onClose?: (() => void) | undefined
}

/** The server asks for at least as many. */
export const minPasswordLength = 8

type Problems = Partial<Record<"email" | "name" | "password" | "repeated", string>>

function problemsOf(setup: AccountSetup, repeated: string): Problems {
  const problems: Problems = {}
  if (setup.name.trim() === "") problems.name = t("form.name_missing")
  if (!/^[^\s@]+@[^\s@]+$/.test(setup.email)) problems.email = t("form.email_invalid")
  if (Array.from(setup.password).length < minPasswordLength) {
    problems.password = t("form.password_short", { min: minPasswordLength })
  } else if (setup.password !== repeated) {
    problems.repeated = t("form.password_differs")
  }
  return problems
}

/** Asks one who came by a one-time link how to sign in from now on. */
export function AccountSetupDialog(props: AccountSetupDialogProps): JSX.Element {
  useLanguage()
  const [setup, setSetup] = useState<AccountSetup>({ email: props.email, name: props.name, password: "" })
  const [repeated, setRepeated] = useState("")
  const [problems, setProblems] = useState<Problems>({})
  const [refused, setRefused] = useState<string | null>(null)
  const [pending, setPending] = useState(false)
  const { onClose } = props

  const submit = async (event: SyntheticEvent): Promise<void> => {
    event.preventDefault()
    if (pending) return
    const found = problemsOf(setup, repeated)
    setProblems(found)
    if (Object.keys(found).length > 0) return
    setPending(true)
    setRefused(await props.onSubmit({ ...setup, email: setup.email.trim(), name: setup.name.trim() }))
    setPending(false)
  }

  return (
    <Dialog isOpen={props.isOpen} title={t("setup.title")} dismissable={onClose !== undefined}
      onClose={() => onClose?.()}>
      <p>{t("setup.text")}</p>
      <form className="c-form" noValidate onSubmit={(event) => void submit(event)}>
        <TextField label={t("field.name")} autoComplete="name" value={setup.name} autoFocus
          error={problems.name} onChange={(name) => setSetup({ ...setup, name })} />
        <TextField label={t("field.email")} type="email" autoComplete="username" value={setup.email}
          error={problems.email} onChange={(email) => setSetup({ ...setup, email })} />
        <TextField label={t("field.new_password")} type="password" autoComplete="new-password"
          description={t("setup.password_hint", { min: minPasswordLength })} value={setup.password}
          error={problems.password} onChange={(password) => setSetup({ ...setup, password })} />
        <TextField label={t("field.repeat_password")} type="password" autoComplete="new-password"
          value={repeated} error={problems.repeated} onChange={setRepeated} />
        {refused !== null &&
          <p className="c-form-error" role="alert"><Icon name="error" size={18} />{refused}</p>}
        <div className="c-dialog-foot">
          {onClose && <Button variant="plain" onPress={onClose}>{t("setup.later")}</Button>}
          <Button variant="primary" type="submit" pending={pending}>{t("setup.submit")}</Button>
        </div>
      </form>
    </Dialog>
  )
}
