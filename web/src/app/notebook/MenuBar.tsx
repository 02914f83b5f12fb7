import type { JSX } from "react"
import { Toolbar } from "react-aria-components"
import { Button } from "../../ui/Button"
import { t } from "../../words/words"
import { CommandMenu } from "./registry/CommandMenu"
import { menus } from "./registry/menus"

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
