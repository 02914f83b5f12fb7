import { useState, type JSX, type SyntheticEvent } from "react"
import { useLanguage } from "../words/use_language"
import { t } from "../words/words"
import { Button } from "./Button"
import { Icon, Logo } from "./icons"
import { LanguageMenu } from "./LanguageMenu"
import { TextField } from "./TextField"

interface SignInPageProps {
  /** Resolves to null when signed in, else to the words that say why not. */
  readonly onSignIn: (email: string, password: string) => Promise<string | null>
  /** Why one is here: "You were signed out." */
  readonly message?: string | undefined
}

export function SignInPage({ onSignIn, message }: SignInPageProps): JSX.Element {
  useLanguage()
  const [email, setEmail] = useState("")
  const [password, setPassword] = useState("")
  const [error, setError] = useState<string | null>(null)
  const [pending, setPending] = useState(false)

  const submit = async (event: SyntheticEvent): Promise<void> => {
    event.preventDefault()
    if (pending) return
    const problem = !email.includes("@") ? t("form.email_invalid")
      : password === "" ? t("form.password_missing") : null
    setError(problem)
    if (problem !== null) return
    setPending(true)
    setError(await onSignIn(email.trim(), password))
    setPending(false)
  }

  return (
    <main className="c-sign-in">
      <div className="c-sign-in-card">
        <div className="c-sign-in-head">
          <Logo size={48} />
          <h1>{t("app.name")}</h1>
          <p>{t("app.tagline")}</p>
        </div>
        {message !== undefined && <p className="c-sign-in-message">{message}</p>}
        <form className="c-form" noValidate onSubmit={(event) => void submit(event)}>
          <TextField label={t("field.email")} type="email" name="email" autoComplete="username"
            value={email} onChange={setEmail} autoFocus />
          <TextField label={t("field.password")} type="password" name="password"
            autoComplete="current-password" value={password} onChange={setPassword} />
          {error !== null &&
            <p className="c-form-error" role="alert"><Icon name="error" size={18} />{error}</p>}
          <Button variant="primary" type="submit" pending={pending}>{t("sign_in.submit")}</Button>
        </form>
        <p className="c-sign-in-hint">{t("sign_in.hint")}</p>
        <p className="c-sign-in-hint"><LanguageMenu /></p>
      </div>
    </main>
  )
}
