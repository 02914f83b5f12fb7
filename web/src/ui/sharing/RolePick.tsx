import type { JSX } from "react"
import { givenRoles, type GivenRole } from "../../wire/sharing"
import { t } from "../../words/words"
import type { MenuEntry } from "../Menu"
import { Pick } from "../Pick"

interface RolePickProps {
  readonly label: string
  readonly role: GivenRole
  /** What else can be done, below the roles. */
  readonly more?: readonly MenuEntry[]
  readonly isDisabled?: boolean
  readonly onRole: (role: GivenRole) => void
  readonly onMore?: (id: string) => void
}

export function RolePick({ label, role, more = [], isDisabled = false, onRole, onMore }: RolePickProps): JSX.Element {
  const items = [
    ...givenRoles.map((id) => ({ id, label: t(`people.role.${id}`), isChosen: id === role })), ...more,
  ]
  return (
    <Pick label={label} chosen={t(`people.role.${role}`)} items={items} isDisabled={isDisabled}
      onPick={(id) => {
        const chosen = givenRoles.find((each) => each === id)
        if (chosen === undefined) onMore?.(id)
        else if (chosen !== role) onRole(chosen)
      }} />
  )
}
