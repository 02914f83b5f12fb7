import type { JSX } from "react"
import { Button as AriaButton } from "react-aria-components"
import { Icon } from "./icons"
import { Menu, type MenuEntry } from "./Menu"
import "./pick.css"

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
        <AriaButton className="c-pick" isDisabled={isDisabled} aria-label={`${label}: ${chosen}`}>
          <span>{chosen}</span><Icon name="chevron_down" size={16} />
        </AriaButton>
      } />
  )
}
