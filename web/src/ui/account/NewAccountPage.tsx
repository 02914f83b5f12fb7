import { useState, type JSX } from "react"
import { useLanguage } from "../../words/use_language"
import { t } from "../../words/words"
import { Button } from "../Button"
import { TextField } from "../TextField"
import {
  FormError, looksLikeEmail, noPassword, PasswordFields, passwordProblems, useSubmit,
  type PasswordProblems,
} from "./forms"
import { SignedOutCard } from "./SignedOutCard"

export interface NewAccount {
  readonly email: string
  readonly name: string
  readonly password: string
}

interface NewAccountPageProps {
  /** Of whom a link is; without it one types the address. */
  readonly invitation?: { readonly email: string; readonly invited_by: string }
  /** Resolves to null when the account is made, else to the words that say why not. */
  readonly onSubmit: (account: NewAccount) => Promise<string | null>
  readonly onBack: () => void
}

type Problems = PasswordProblems & { readonly email?: string; readonly name?: string }

/** Name and password of a new account. */
export function NewAccountPage({ invitation, onSubmit, onBack }: NewAccountPageProps): JSX.Element {
  useLanguage()
  const [email, setEmail] = useState(invitation?.email ?? "")
  const [name, setName] = useState("")
  const [draft, setDraft] = useState(noPassword)
  const [problems, setProblems] = useState<Problems>({})
  const form = useSubmit(() => {
    const found: Problems = {
      ...(looksLikeEmail(email) ? {} : { email: t("form.email_invalid") }),
      ...(name.trim() === "" ? { name: t("form.name_missing") } : {}),
      ...passwordProblems(draft),
    }
    setProblems(found)
    if (Object.keys(found).length > 0) return null
    return () => onSubmit({ email: email.trim(), name: name.trim(), password: draft.password })
  })
  const text = invitation && (
    <>
      {invitation.invited_by !== "" && <>{t("invitation.by", { name: invitation.invited_by })} </>}
      {t("invitation.text", { email: invitation.email })}
    </>
  )
  return (
    <SignedOutCard title={t(invitation ? "invitation.title" : "sign_up.title")} text={text}>
      <form className="c-form" noValidate onSubmit={form.onSubmit}>
        {invitation
          ? <input className="c-visually-hidden" tabIndex={-1} aria-hidden="true" readOnly autoComplete="username" value={email} />
          : <TextField label={t("field.email")} type="email" autoComplete="username" value={email} autoFocus
              error={problems.email} onChange={setEmail} />}
        <TextField label={t("field.name")} autoComplete="name" value={name} autoFocus={invitation !== undefined}
          error={problems.name} onChange={setName} />
        <PasswordFields draft={draft} problems={problems} onChange={setDraft} />
        {form.refused !== null && <FormError>{form.refused}</FormError>}
        <Button variant="primary" type="submit" pending={form.pending}>
          {t(invitation ? "invitation.submit" : "sign_up.submit")}
        </Button>
      </form>
      <div className="c-sign-in-others">
        <Button variant="plain" size="small" onPress={onBack}>{t("action.back")}</Button>
      </div>
    </SignedOutCard>
  )
}
