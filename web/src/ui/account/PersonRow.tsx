import type { JSX } from "react"
import type { Invitation, Person } from "../../wire/account"
import { formatAgo, formatDate, t } from "../../words/words"
import { IconButton } from "../Button"
import { Icon } from "../icons"
import { Menu, type MenuEntry } from "../Menu"

export type PersonAction = "make_admin" | "make_user" | "make_link" | "disable" | "enable" | "delete"

interface PersonRowProps {
  readonly person: Person
  readonly isMe: boolean
  readonly onAction: (person: Person, action: PersonAction) => void
}

const known: readonly PersonAction[] = ["make_admin", "make_user", "make_link", "disable", "enable", "delete"]

function actionsFor(person: Person, isMe: boolean): readonly MenuEntry[] {
  const role = person.role === "owner"
    ? { id: "make_user", label: t("people.make_user"), icon: "user" } as const
    : { id: "make_admin", label: t("people.make_admin"), icon: "shield" } as const
  if (isMe) return [role]
  return [
    ...(person.disabled ? [] : [{ id: "make_link", label: t("people.make_link"), icon: "link" } as const, role]),
    { separator: "s1" },
    person.disabled ? { id: "enable", label: t("people.enable"), icon: "restore" }
      : { id: "disable", label: t("people.disable"), icon: "stop", danger: true },
    { id: "delete", label: t("people.delete"), icon: "trash", danger: true },
  ]
}

export function PersonRow({ person, isMe, onAction }: PersonRowProps): JSX.Element {
  const name = person.name || person.email
  const seen = person.last_seen_ms === 0 ? t("people.never")
    : t("people.seen", { ago: formatAgo(person.last_seen_ms, Date.now()) })
  return (
    <li className={`c-row ${person.disabled ? "c-row-faint" : ""}`}>
      <span className="c-avatar c-avatar-small" aria-hidden="true">{Array.from(name)[0]?.toUpperCase() ?? "?"}</span>
      <div className="c-row-words">
        <strong>
          {name}
          {isMe && <span className="c-tag">{t("people.you")}</span>}
          {person.role === "owner" && <span className="c-tag c-tag-good">{t("people.admin")}</span>}
          {person.disabled && <span className="c-tag c-tag-bad">{t("people.disabled")}</span>}
          {!person.email_verified && <span className="c-tag c-tag-warn">{t("people.unverified")}</span>}
        </strong>
        <span>{person.name === "" ? "" : `${person.email} · `}{seen}</span>
      </div>
      <Menu label={t("people.actions", { name })} placement="bottom end" items={actionsFor(person, isMe)}
        trigger={<IconButton label={t("people.actions", { name })} icon="more" />}
        onAction={(id) => {
          const action = known.find((each) => each === id)
          if (action) onAction(person, action)
        }} />
    </li>
  )
}

interface InvitationRowProps {
  readonly invitation: Invitation
  readonly onWithdraw: (email: string) => void
  readonly onAgain: () => void
}

export function InvitationRow({ invitation, onWithdraw, onAgain }: InvitationRowProps): JSX.Element {
  const { email } = invitation
  const date = formatDate(invitation.expires_ms)
  return (
    <li className="c-row">
      <Icon name="mail" />
      <div className="c-row-words">
        <strong>
          {email}
          {invitation.role === "owner" && <span className="c-tag c-tag-good">{t("people.admin")}</span>}
        </strong>
        <span>
          {invitation.invited_by === "" ? t("people.invited_until", { date })
            : t("people.invited_by", { name: invitation.invited_by, date })}
        </span>
      </div>
      <Menu label={t("people.actions", { name: email })} placement="bottom end"
        trigger={<IconButton label={t("people.actions", { name: email })} icon="more" />}
        items={[
          { id: "again", label: t("people.invite_again"), icon: "link" },
          { id: "withdraw", label: t("people.withdraw"), icon: "trash", danger: true },
        ]}
        onAction={(id) => id === "again" ? onAgain() : onWithdraw(email)} />
    </li>
  )
}
