import { useState, type JSX } from "react"
import type { ProviderName, SignInWays } from "../../wire/account"
import { useLanguage } from "../../words/use_language"
import { t } from "../../words/words"
import { Button } from "../Button"
import { TextField } from "../TextField"
import { FormError, looksLikeEmail, useSubmit } from "./forms"
import { SignedOutCard } from "./SignedOutCard"

export interface SignInPageProps {
  /** What this server offers; null while that is not known. */
  readonly ways: SignInWays | null
  /** Resolves to null when signed in, else to the words that say why not. */
  readonly onSignIn: (email: string, password: string) => Promise<string | null>
  readonly onForgot: () => void
  readonly onSignUp: () => void
  readonly hrefOf: (provider: string) => string
  /** Whoever signs in elsewhere does so in a new tab: this page holds what must not be lost. */
  readonly keepsPage?: boolean
  readonly message?: string | undefined
}

export function SignInPage(props: SignInPageProps): JSX.Element {
  useLanguage()
  const { ways } = props
  return (
    <SignedOutCard title={t("app.name")} text={t("app.tagline")} message={props.message}>
      {ways !== null && ways.providers.length > 0 && (
        <>
          <Providers providers={ways.providers} hrefOf={props.hrefOf} keepsPage={props.keepsPage ?? false} />
          <p className="c-sign-in-or"><span>{t("sign_in.or")}</span></p>
        </>
      )}
      <PasswordForm onSignIn={props.onSignIn} />
      {ways !== null && <OtherWays ways={ways} onForgot={props.onForgot} onSignUp={props.onSignUp} />}
    </SignedOutCard>
  )
}

function PasswordForm({ onSignIn }: Pick<SignInPageProps, "onSignIn">): JSX.Element {
  const [email, setEmail] = useState("")
  const [password, setPassword] = useState("")
  const [problem, setProblem] = useState<string | null>(null)
  const form = useSubmit(() => {
    const found = !looksLikeEmail(email) ? t("form.email_invalid")
      : password === "" ? t("form.password_missing") : null
    setProblem(found)
    return found === null ? () => onSignIn(email.trim(), password) : null
  })
  const error = problem ?? form.refused
  return (
    <form className="c-form" noValidate onSubmit={form.onSubmit}>
      <TextField label={t("field.email")} type="email" name="email" autoComplete="username"
        value={email} onChange={setEmail} autoFocus />
      <TextField label={t("field.password")} type="password" name="password"
        autoComplete="current-password" value={password} onChange={setPassword} />
      {error !== null && <FormError>{error}</FormError>}
      <Button variant="primary" type="submit" pending={form.pending}>{t("sign_in.submit")}</Button>
    </form>
  )
}

function Providers({ providers, hrefOf, keepsPage }: {
  readonly providers: readonly ProviderName[]
  readonly hrefOf: (provider: string) => string
  readonly keepsPage: boolean
}): JSX.Element {
  return (
    <div className="c-providers">
      {providers.map(({ name, title }) => (
        <a key={name} className="c-button c-button-quiet c-button-normal" href={hrefOf(name)}
          {...(keepsPage ? { target: "_blank", rel: "noopener" } : {})}>
          {t("sign_in.with", { title })}
        </a>
      ))}
      {keepsPage && <p className="c-sign-in-hint">{t("sign_in.in_new_tab")}</p>}
    </div>
  )
}

/** For those without an account or password. */
function OtherWays({ ways, onForgot, onSignUp }: {
  readonly ways: SignInWays
  readonly onForgot: () => void
  readonly onSignUp: () => void
}): JSX.Element {
  const canSignUp = ways.mail ? ways.sign_up !== "invitation" : ways.sign_up === "open"
  if (!ways.mail && !canSignUp) return <p className="c-sign-in-hint">{t("sign_in.no_mail")}</p>
  return (
    <>
      <div className="c-sign-in-others">
        {ways.mail && <Button variant="plain" size="small" onPress={onForgot}>{t("sign_in.forgot")}</Button>}
        {canSignUp && <Button variant="plain" size="small" onPress={onSignUp}>{t("sign_in.sign_up")}</Button>}
        {ways.mail && !canSignUp &&
          <Button variant="plain" size="small" onPress={onSignUp}>{t("sign_in.invited")}</Button>}
      </div>
      {canSignUp && ways.domains.length > 0 && (
        <p className="c-sign-in-hint">
          {t("sign_in.domain_hint", { domains: ways.domains.map((domain) => `@${domain}`).join(", ") })}
        </p>
      )}
    </>
  )
}
