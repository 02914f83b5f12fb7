import type { JSX } from "react"
import type { Access, GivenRole } from "../../wire/sharing"
import { t } from "../../words/words"
import { Icon } from "../icons"
import { Pick } from "../Pick"
import { RolePick } from "./RolePick"

interface GeneralAccessProps {
  readonly access: Access
  readonly isBusy: boolean
  /** Null: restricted. */
  readonly onLinkRole: (role: GivenRole | null) => void
}

/** What the link alone opens. */
export function GeneralAccess({ access, isBusy, onLinkRole }: GeneralAccessProps): JSX.Element {
  const { link_role: role, may_share } = access
  const chosen = t(role === null ? "share.restricted" : "share.anyone")
  const text = role === null ? t("share.restricted_text") : t(`share.anyone_${role}`)
  return (
    <div className="c-row s-general">
      <span className={`s-mark ${role === null ? "" : "s-mark-open"}`}>
        <Icon name={role === null ? "lock" : "globe"} size={18} />
      </span>
      <div className="c-row-words">
        {may_share
          ? <Pick label={t("share.general")} chosen={chosen} isDisabled={isBusy}
              items={[
                { id: "restricted", label: t("share.restricted"), icon: "lock", isChosen: role === null },
                { id: "anyone", label: t("share.anyone"), icon: "globe", isChosen: role !== null },
              ]}
              onPick={(id) => {
                if (id === "restricted" && role !== null) onLinkRole(null)
                else if (id === "anyone" && role === null) onLinkRole("viewer")
              }} />
          : <strong>{chosen}</strong>}
        <span>{text}</span>
      </div>
      {role !== null && (may_share
        ? <RolePick label={t("share.link_role")} role={role} isDisabled={isBusy} onRole={onLinkRole} />
        : <span className="s-role">{t(`people.role.${role}`)}</span>)}
    </div>
  )
}
