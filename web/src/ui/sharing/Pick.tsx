import type { JSX } from "react"
import { Button as AriaButton } from "react-aria-components"
import { givenRoles, type GivenRole } from "../../wire/sharing"
import { t } from "../../words/words"
import { Icon } from "../icons"
import { Menu, type MenuEntry } from "../Menu"

interface PickProps {
  /** What is chosen here, in words: read aloud before the choice. */
  readonly label: string
  readonly chosen: string
  readonly items: readonly MenuEntry[]
  readonly isDisabled?: boolean
  /** Where it opens: at its own end, unless it stands at the start of its row. */
  readonly placement?: "bottom start" | "bottom end"
  readonly onPick: (id: string) => void
}

/** A quiet button that shows what is chosen, and opens what else there is. */
export function Pick({ label, chosen, items, isDisabled = false, placement = "bottom end", onPick }: PickProps): JSX.Element {
  return (
    <Menu label={label} placement={placement} items={items} onAction={onPick}
      trigger={
        <AriaButton className="s-pick" isDisabled={isDisabled} aria-label={`${label}: ${chosen}`}>
          <span>{chosen}</span><Icon name="chevron_down" size={16} />
        </AriaButton>
      } />
  )
}

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
