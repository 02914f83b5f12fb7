import type { JSX } from "react"
import type { LinkedSignIn, ProviderName } from "../../wire/account"
import { t } from "../../words/words"
import { Button } from "../Button"
import { Icon } from "../icons"

interface SignInsSectionProps {
  readonly providers: readonly ProviderName[]
  readonly linked: readonly LinkedSignIn[]
  readonly onLink: (provider: string) => void
  /** `name` is the provider's, or the issuer of one that the server no longer knows. */
  readonly onUnlink: (name: string) => void
}

/** Accounts elsewhere that one signs in with. */
export function SignInsSection({ providers, linked, onLink, onUnlink }: SignInsSectionProps): JSX.Element {
  const gone = linked.filter(({ provider }) => provider === "")
  if (providers.length === 0 && gone.length === 0) return <p className="c-hint">{t("sign_ins.none")}</p>
  return (
    <>
      <p className="c-hint">{t("sign_ins.text")}</p>
      <ul className="c-rows" aria-label={t("settings.sign_ins")}>
        {providers.map(({ name, title }) => (
          <Row key={name} title={title} link={linked.find(({ provider }) => provider === name)}
            onLink={() => onLink(name)} onUnlink={() => onUnlink(name)} />
        ))}
        {gone.map((link) => (
          <Row key={link.issuer} title={link.issuer} link={link} onUnlink={() => onUnlink(link.issuer)} />
        ))}
      </ul>
    </>
  )
}

function Row({ title, link, onLink, onUnlink }: {
  readonly title: string
  readonly link: LinkedSignIn | undefined
  readonly onLink?: () => void
  readonly onUnlink: () => void
}): JSX.Element {
  return (
    <li className="c-row">
      <Icon name="link" />
      <div className="c-row-words">
        <strong>{title}</strong>
        <span>{link ? t("sign_ins.linked", { email: link.email }) : t("sign_ins.not_linked")}</span>
      </div>
      {link ? (
        <Button size="small" aria-label={t("sign_ins.unlink_label", { title })} onPress={onUnlink}>
          {t("sign_ins.unlink")}
        </Button>
      ) : onLink && (
        <Button size="small" aria-label={t("sign_ins.link_label", { title })} onPress={onLink}>
          {t("sign_ins.link")}
        </Button>
      )}
    </li>
  )
}
