import type { JSX, ReactElement } from "react"
import {
  Header, Keyboard, Menu as AriaMenu, MenuItem, MenuSection, MenuTrigger, Popover, Separator, Text,
} from "react-aria-components"
import { Icon, type IconName } from "./icons"

export interface MenuChoice {
  readonly id: string
  readonly label: string
  readonly icon?: IconName
  readonly shortcut?: string
  readonly isDisabled?: boolean
  readonly danger?: boolean
  /** Shows a tick: this is the one in force. */
  readonly isChosen?: boolean
  /** A choice that is a link; it needs no action. */
  readonly href?: string
  readonly target?: "_blank"
}
/** A title begins a part of a long menu, up to the next title. */
export type MenuEntry = MenuChoice | { readonly separator: string } | { readonly title: string }

const isTitle = (item: MenuEntry): item is { readonly title: string } => "title" in item

interface MenuFrameProps {
  /** The button that opens it: a Button or an IconButton. */
  readonly trigger: ReactElement
  readonly placement?: "bottom start" | "bottom end" | "top start" | "top end"
  readonly onOpen?: () => void
  /** MenuItems, made when the menu opens. */
  readonly children: ReactElement
}

/** A button and the menu under it. */
export function MenuFrame({ trigger, placement = "bottom start", onOpen, children }: MenuFrameProps): JSX.Element {
  return (
    <MenuTrigger onOpenChange={(open) => { if (open) onOpen?.() }}>
      {trigger}
      <Popover className="c-popover" placement={placement} offset={4}>{children}</Popover>
    </MenuTrigger>
  )
}

interface MenuItemsProps {
  readonly label: string
  readonly items: readonly MenuEntry[]
  readonly onAction: (id: string) => void
}

export function MenuItems({ label, items, onAction }: MenuItemsProps): JSX.Element {
  return (
    <AriaMenu className="c-menu" aria-label={label} onAction={(id) => onAction(String(id).replace(/^.*\n/, ""))}>
      {partsOf(items).map(({ title, entries }) => title === null ? entriesOf(entries, "") : (
        <MenuSection key={title} className="c-menu-part">
          <Header className="c-menu-title">{title}</Header>
          {entriesOf(entries, `${title}\n`)}
        </MenuSection>
      ))}
    </AriaMenu>
  )
}

interface MenuPart {
  readonly title: string | null
  readonly entries: MenuEntry[]
}

function partsOf(items: readonly MenuEntry[]): readonly MenuPart[] {
  const parts: MenuPart[] = []
  for (const item of items) {
    if (isTitle(item)) parts.push({ title: item.title, entries: [] })
    else {
      if (parts.length === 0) parts.push({ title: null, entries: [] })
      parts.at(-1)?.entries.push(item)
    }
  }
  return parts
}

/** The same command may stand in several parts: `prefix` makes its key its own. */
function entriesOf(entries: readonly MenuEntry[], prefix: string): readonly (JSX.Element | null)[] {
  return entries.map((item) => isTitle(item) ? null : "separator" in item
    ? <Separator key={`${prefix}${item.separator}`} className="c-menu-separator" />
    : <Choice key={`${prefix}${item.id}`} {...item} id={`${prefix}${item.id}`} />)
}

type MenuProps = Omit<MenuFrameProps, "children" | "onOpen"> & MenuItemsProps

export function Menu({ trigger, placement = "bottom start", ...items }: MenuProps): JSX.Element {
  return <MenuFrame trigger={trigger} placement={placement}><MenuItems {...items} /></MenuFrame>
}

function Choice(item: MenuChoice): JSX.Element {
  const link = item.href === undefined ? {} : {
    href: item.href, ...(item.target ? { target: item.target, rel: "noopener" } : {}),
  }
  return (
    <MenuItem id={item.id} textValue={item.label} isDisabled={item.isDisabled ?? false} {...link}
      className={`c-menu-item ${item.danger ? "c-menu-item-danger" : ""}`}>
      <span className="c-menu-icon">
        {item.isChosen ? <Icon name="check" size={18} /> : item.icon && <Icon name={item.icon} size={18} />}
      </span>
      <Text slot="label">{item.label}</Text>
      {item.shortcut !== undefined && <Keyboard className="c-menu-shortcut">{item.shortcut}</Keyboard>}
    </MenuItem>
  )
}
