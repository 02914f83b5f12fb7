import { useEffect, useReducer, type JSX, type ReactElement } from "react"
import { MenuFrame, MenuItems, type MenuEntry } from "../../../ui/Menu"
import { useNotebook } from "../context"
import { useRuntimeUse } from "../runtime_choices"
import { shortcutOf } from "./key_settings"
import { t } from "../../../words/words"
import type { MenuItemId } from "./menus"
import { nowOf, type Now } from "./page_command"
import { commandOf, isCommand, may, perform, wordsOf, type CommandId } from "./registry"

/** How things stand, drawn again at each change: for what is open for a moment only. */
export function useNow(): Now {
  const page = useNotebook()
  const [, tick] = useReducer((count: number) => count + 1, 0)
  useEffect(() => {
    const { session, focus, frame, tabs, windows, commands } = page
    const stops = [session, focus, frame, tabs, windows, commands.history].map(({ subscribe }) => subscribe(tick))
    return () => {
      for (const stop of stops) stop()
    }
  }, [page])
  return nowOf(page)
}

interface CommandMenuProps {
  readonly label: string
  readonly items: readonly MenuItemId[]
  readonly trigger: ReactElement
  readonly onOpen?: () => void
  readonly placement?: "bottom start" | "bottom end" | "top start" | "top end"
}

/** A menu of commands. Its entries are made when it opens. */
export function CommandMenu({ label, items, ...frame }: CommandMenuProps): JSX.Element {
  return <MenuFrame {...frame}><Entries label={label} items={items} /></MenuFrame>
}

function Entries({ label, items }: Pick<CommandMenuProps, "label" | "items">): JSX.Element {
  const page = useNotebook()
  const now = useNow()
  const use = useRuntimeUse()
  const entries = items.flatMap((item, at): readonly MenuEntry[] => {
    if (item === "-") return [{ separator: `line ${at}` }]
    if (item === "runtimes") return use.entries
    if (typeof item === "object") return [{ title: t(item.title) }]
    return [entryOf(item, now, commandOf(item).href?.(page))]
  })
  return (
    <MenuItems label={label} items={entries} onAction={(chosen) => {
      if (isCommand(chosen)) {
        // After the menu has given the keyboard back: what it opens may want it.
        if (!commandOf(chosen).href) setTimeout(() => perform(chosen, page))
      } else use.act(chosen)
    }} />
  )
}

export function entryOf(id: CommandId, now: Now, href?: string): MenuEntry {
  const { icon, danger = false, isOn } = commandOf(id)
  const shortcut = shortcutOf(id)
  return {
    id, label: wordsOf(id, now), danger, isDisabled: !may(id, now), isChosen: isOn?.(now) ?? false,
    ...(icon ? { icon } : {}), ...(shortcut === "" ? {} : { shortcut }), ...(href === undefined ? {} : { href }),
  }
}
