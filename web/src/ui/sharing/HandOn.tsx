import type { JSX } from "react"
import type { Shared } from "../../wire/sharing"
import { t } from "../../words/words"
import { CopyField } from "../account/CopyField"
import { Icon } from "../icons"

interface HandOnProps {
  readonly shared: readonly Shared[]
  /** Of the notebook itself. */
  readonly link: string
}

const names = (shared: readonly Shared[]): string => shared.map(({ email }) => email).join(", ")

/** What came of sharing: whom a letter is on its way to, and the links that one hands on oneself. */
export function HandOn({ shared, link }: HandOnProps): JSX.Element | null {
  if (shared.length === 0) return null
  const given = shared.filter(({ role }) => role !== "owner")
  const owner = shared.filter(({ role }) => role === "owner")
  const mailed = given.filter((one) => one.mailed)
  const withLink = given.filter((one) => !one.mailed && one.link !== "")
  const others = given.filter((one) => !one.mailed && one.link === "")
  const known = others.filter((one) => one.has_account)
  const awaited = others.filter((one) => !one.has_account)
  return (
    <div className="c-link-box" role="status">
      {owner.length > 0 && <p>{t("share.is_owner", { email: names(owner) })}</p>}
      {mailed.length > 0 && (
        <p className="s-done"><Icon name="check" size={18} />{t("share.mailed", { emails: names(mailed) })}</p>
      )}
      {withLink.map((one) => (
        <div key={one.email} className="s-hand">
          <p>{t("share.hand_account", { email: one.email })}</p>
          <CopyField label={t("share.link_for", { email: one.email })} value={one.link} />
          <p className="c-hint">{t("people.invite_ends")}</p>
        </div>
      ))}
      {others.length > 0 && (
        <div className="s-hand">
          {known.length > 0 && <p>{t("share.hand_link", { emails: names(known) })}</p>}
          {awaited.length > 0 && <p>{t("share.hand_awaited", { emails: names(awaited) })}</p>}
          <CopyField label={t("share.link")} value={link} />
        </div>
      )}
    </div>
  )
}
