import type { JSX, ReactNode } from "react"
import type { Person } from "../../wire/server_message"
import type { Access, GivenRole, PersonAccess } from "../../wire/sharing"
import { t } from "../../words/words"
import { Icon } from "../icons"
import type { MenuEntry } from "../Menu"
import { RolePick } from "./RolePick"

export interface AccessActions {
  readonly onRole: (email: string, role: GivenRole) => void
  readonly onRemove: (email: string, role: GivenRole) => void
  readonly onTransfer: (person: Person) => void
}

interface AccessListProps extends AccessActions {
  readonly access: Access
  /** The address of who looks. */
  readonly me: string
  readonly isBusy: boolean
}

const nameOf = (person: Person): string => person.name === "" ? person.email : person.name

/** Everybody who has access by name: the owner first, then people, then who is still to come. */
export function AccessList(props: AccessListProps): JSX.Element {
  const { access, me } = props
  return (
    <ul className="c-rows s-people" aria-label={t("share.people")}>
      <PersonRow person={access.owner} isMe={access.owner.email === me}>
        <span className="s-role">{t("people.role.owner")}</span>
      </PersonRow>
      {access.people.map((entry) => (
        <PersonRow key={entry.person.email} person={entry.person} isMe={entry.person.email === me}>
          <RoleOf {...props} entry={entry} />
        </PersonRow>
      ))}
      {access.invitations.map(({ email, role }) => (
        <li key={email} className="c-row">
          <span className="s-mark"><Icon name="mail" size={18} /></span>
          <div className="c-row-words">
            <strong>{email}</strong>
            <span>{t("share.pending")}</span>
          </div>
          {access.may_share
            ? <RolePick label={t("share.role_of", { name: email })} role={role} isDisabled={props.isBusy}
                more={[{ separator: "s" }, { id: "remove", label: t("share.withdraw"), icon: "trash", danger: true }]}
                onRole={(next) => props.onRole(email, next)} onMore={() => props.onRemove(email, role)} />
            : <span className="s-role">{t(`people.role.${role}`)}</span>}
        </li>
      ))}
    </ul>
  )
}

function RoleOf({ access, entry, me, isBusy, onRole, onRemove, onTransfer }: AccessListProps & {
  readonly entry: PersonAccess
}): JSX.Element {
  const { person, role } = entry
  if (!access.may_share) return <span className="s-role">{t(`people.role.${role}`)}</span>
  const more: readonly MenuEntry[] = [
    ...(access.role === "owner"
      ? [{ separator: "s1" }, { id: "transfer", label: t("share.transfer"), icon: "key" } as const] : []),
    { separator: "s2" },
    // One's own access is given up at the foot, where it is asked for again.
    ...(person.email === me ? [] : [{ id: "remove", label: t("share.remove"), icon: "trash", danger: true } as const]),
  ]
  return (
    <RolePick label={t("share.role_of", { name: nameOf(person) })} role={role} isDisabled={isBusy}
      more={person.email === me ? [] : more} onRole={(next) => onRole(person.email, next)}
      onMore={(id) => id === "transfer" ? onTransfer(person) : onRemove(person.email, role)} />
  )
}

function PersonRow({ person, isMe, children }: {
  readonly person: Person
  readonly isMe: boolean
  readonly children: ReactNode
}): JSX.Element {
  const name = nameOf(person)
  return (
    <li className="c-row">
      <span className="c-avatar c-avatar-small" aria-hidden="true">{Array.from(name)[0]?.toUpperCase() ?? "?"}</span>
      <div className="c-row-words">
        <strong>{name}{isMe && <span className="c-tag">{t("people.you")}</span>}</strong>
        {person.name !== "" && <span>{person.email}</span>}
      </div>
      {children}
    </li>
  )
}
