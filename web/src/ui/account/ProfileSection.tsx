import { useState, type JSX } from "react"
import { t } from "../../words/words"
import { Button } from "../Button"
import { Icon } from "../icons"
import { TextField } from "../TextField"
import { FormError, looksLikeEmail, useSubmit } from "./forms"

export interface ProfileSectionProps {
  readonly name: string
  readonly email: string
  readonly emailVerified: boolean
  /** How the address changes: at once, by a mailed link, or not by oneself. */
  readonly emailChange: "direct" | "mail" | "none"
  /** Both resolve to null when done, else to the words that say why not. */
  readonly onName: (name: string) => Promise<string | null>
  readonly onEmail: (email: string) => Promise<string | null>
}

export function ProfileSection(props: ProfileSectionProps): JSX.Element {
  return (
    <>
      <NameForm name={props.name} onName={props.onName} />
      <hr className="c-rule" />
      <EmailForm {...props} />
    </>
  )
}

function NameForm({ name, onName }: Pick<ProfileSectionProps, "name" | "onName">): JSX.Element {
  const [draft, setDraft] = useState(name)
  const [problem, setProblem] = useState<string | undefined>(undefined)
  const form = useSubmit(() => {
    const wanted = draft.trim()
    setProblem(wanted === "" ? t("form.name_missing") : undefined)
    return wanted === "" ? null : () => onName(wanted)
  })
  return (
    <form className="c-form" noValidate onSubmit={form.onSubmit}>
      <TextField label={t("field.name")} autoComplete="name" value={draft} error={problem} onChange={setDraft} />
      {form.refused !== null && <FormError>{form.refused}</FormError>}
      <div className="c-form-row">
        <Button type="submit" pending={form.pending} isDisabled={draft.trim() === name}>{t("action.save")}</Button>
      </div>
    </form>
  )
}

function EmailForm({ email, emailVerified, emailChange, onEmail }: ProfileSectionProps): JSX.Element {
  const [open, setOpen] = useState(false)
  const [draft, setDraft] = useState("")
  const [sentTo, setSentTo] = useState<string | null>(null)
  const [problem, setProblem] = useState<string | undefined>(undefined)
  const form = useSubmit(() => {
    const wanted = draft.trim()
    const good = looksLikeEmail(wanted)
    setProblem(good ? undefined : t("form.email_invalid"))
    if (!good) return null
    return async () => {
      const refused = await onEmail(wanted)
      if (refused === null) {
        setOpen(false)
        setSentTo(emailChange === "mail" ? wanted : null)
      }
      return refused
    }
  })
  return (
    <>
      <dl className="c-facts"><dt>{t("profile.email")}</dt><dd>{email}</dd></dl>
      {!emailVerified &&
        <p className="c-note"><Icon name="warning" size={18} />{t("profile.unverified")}</p>}
      {sentTo !== null &&
        <p className="c-note" role="status"><Icon name="mail" size={18} />{t("profile.email_sent", { email: sentTo })}</p>}
      {emailChange === "none" ? <p className="c-hint">{t("profile.email_no_mail")}</p>
        : !open ? <Button onPress={() => setOpen(true)}>{t("profile.change_email")}</Button> : (
          <form className="c-form" noValidate onSubmit={form.onSubmit}>
            <TextField label={t("profile.new_email")} type="email" autoComplete="email" value={draft} autoFocus
              error={problem} onChange={setDraft}
              {...(emailChange === "mail" ? { description: t("profile.email_by_mail") } : {})} />
            {form.refused !== null && <FormError>{form.refused}</FormError>}
            <div className="c-form-row">
              <Button variant="plain" onPress={() => setOpen(false)}>{t("action.cancel")}</Button>
              <Button variant="primary" type="submit" pending={form.pending}>{t("profile.change_email")}</Button>
            </div>
          </form>
        )}
    </>
  )
}
