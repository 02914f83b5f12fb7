import { useState, type JSX } from "react"
import { t } from "../../words/words"
import { Button } from "../Button"
import { TextField } from "../TextField"
import {
  FormError, noPassword, PasswordFields, passwordProblems, useSubmit, type PasswordProblems,
} from "./forms"

interface PasswordSectionProps {
  readonly email: string
  readonly hasPassword: boolean
  /** Resolves to null when it is changed, else to the words that say why not. */
  readonly onChange: (old: string, fresh: string) => Promise<string | null>
}

type Problems = PasswordProblems & { readonly old?: string }

export function PasswordSection({ email, hasPassword, onChange }: PasswordSectionProps): JSX.Element {
  const [old, setOld] = useState("")
  const [draft, setDraft] = useState(noPassword)
  const [problems, setProblems] = useState<Problems>({})
  const form = useSubmit(() => {
    const found: Problems = {
      ...(hasPassword && old === "" ? { old: t("form.password_missing") } : {}),
      ...passwordProblems(draft),
    }
    setProblems(found)
    if (Object.keys(found).length > 0) return null
    return async () => {
      const refused = await onChange(old, draft.password)
      if (refused === null) {
        setOld("")
        setDraft(noPassword)
      }
      return refused
    }
  })
  return (
    <form className="c-form" noValidate onSubmit={form.onSubmit}>
      <p className="c-hint">{t(hasPassword ? "password.others_end" : "password.none")}</p>
      <input className="c-visually-hidden" tabIndex={-1} aria-hidden="true" readOnly autoComplete="username" value={email} />
      {hasPassword &&
        <TextField label={t("field.current_password")} type="password" autoComplete="current-password"
          value={old} error={problems.old} onChange={setOld} />}
      <PasswordFields draft={draft} problems={problems} onChange={setDraft} />
      {form.refused !== null && <FormError>{form.refused}</FormError>}
      <div className="c-form-row">
        <Button variant="primary" type="submit" pending={form.pending}>
          {t(hasPassword ? "password.change" : "password.set")}
        </Button>
      </div>
    </form>
  )
}
