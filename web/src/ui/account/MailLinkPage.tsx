import { useState, type JSX } from "react"
import { useLanguage } from "../../words/use_language"
import { t } from "../../words/words"
import { Button } from "../Button"
import { TextField } from "../TextField"
import { FormError, looksLikeEmail, useSubmit } from "./forms"
import { SignedOutCard } from "./SignedOutCard"

interface MailLinkPageProps {
  readonly wish: "forgot" | "sign_up"
  /** Resolves to null when a link is on its way (or nobody has the address), else to why not. */
  readonly onSend: (email: string) => Promise<string | null>
  readonly onBack: () => void
}

/** Asks for the address that a link is mailed to, and says that it was. */
export function MailLinkPage({ wish, onSend, onBack }: MailLinkPageProps): JSX.Element {
  useLanguage()
  const [email, setEmail] = useState("")
  const [sent, setSent] = useState(false)
  const [problem, setProblem] = useState<string | undefined>(undefined)
  const form = useSubmit(() => {
    const good = looksLikeEmail(email)
    setProblem(good ? undefined : t("form.email_invalid"))
    if (!good) return null
    return async () => {
      const refused = await onSend(email.trim())
      if (refused === null) setSent(true)
      return refused
    }
  })
  const back = <Button variant="plain" size="small" onPress={onBack}>{t("action.back")}</Button>
  if (sent) {
    return (
      <SignedOutCard title={t("mail_link.sent_title")} text={t("mail_link.sent_text", { email: email.trim() })}>
        <div className="c-sign-in-others">{back}</div>
      </SignedOutCard>
    )
  }
  return (
    <SignedOutCard title={t(`mail_link.${wish}_title`)} text={t(`mail_link.${wish}_text`)}>
      <form className="c-form" noValidate onSubmit={form.onSubmit}>
        <TextField label={t("field.email")} type="email" autoComplete="username" value={email} autoFocus
          error={problem} onChange={setEmail} />
        {form.refused !== null && <FormError>{form.refused}</FormError>}
        <Button variant="primary" type="submit" pending={form.pending}>{t("mail_link.submit")}</Button>
      </form>
      <div className="c-sign-in-others">{back}</div>
    </SignedOutCard>
  )
}
