import type { JSX } from "react"
import { Toolbar } from "react-aria-components"
import { Button, IconButton } from "../../ui/Button"
import { t } from "../../words/words"
import { CommandMenu } from "./registry/CommandMenu"
import { menus, type MenuItemId } from "./registry/menus"

/** File, Edit, View… in the header; left and right go from one to the next. */
export function MenuBar(): JSX.Element {
  return (
    <nav className="n-menus" aria-label={t("notebook.menus")}>
      <Toolbar className="n-menus-bar" aria-label={t("notebook.menus")}>
        {menus.map(({ id, words, items }) => (
          <CommandMenu key={id} label={t(words)} items={items}
            trigger={<Button variant="plain" size="small">{t(words)}</Button>} />
        ))}
      </Toolbar>
    </nav>
  )
}

/** All of them under one button, for a narrow window. */
const all: readonly MenuItemId[] = menus.flatMap(({ words, items }) => [{ title: words }, ...items])

export function AllMenus(): JSX.Element {
  return (
    <nav className="n-menus-all" aria-label={t("notebook.menus")}>
      <CommandMenu label={t("notebook.menus")} items={all} placement="bottom end"
        trigger={<IconButton icon="menu" label={t("notebook.menus")} />} />
    </nav>
  )
}
