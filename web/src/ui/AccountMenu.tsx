import { use, useSyncExternalStore, type JSX } from "react"
import { Button as AriaButton } from "react-aria-components"
import { useLanguage } from "../words/use_language"
import { languages } from "../words/language"
import { t } from "../words/words"
import { AccountContext } from "./account_actions"
import type { IconName } from "./icons"
import { Menu, type MenuEntry } from "./Menu"
import { switchLanguage } from "./switch_language"
import { setTheme, subscribeTheme, theme, type ThemeChoice } from "./theme"

interface AccountMenuProps {
  readonly user: { readonly email: string; readonly name: string }
}

const themes: readonly { id: ThemeChoice; icon: IconName }[] = [
  { id: "light", icon: "sun" }, { id: "dark", icon: "moon" }, { id: "system", icon: "monitor" },
]

/** The round button with the person's initial: theme, language, settings, people, signing out. */
export function AccountMenu({ user }: AccountMenuProps): JSX.Element {
  const spoken = useLanguage()
  const actions = use(AccountContext)
  const chosen = useSyncExternalStore(subscribeTheme, theme)
  const name = user.name || user.email
  const items: readonly MenuEntry[] = [
    { id: "who", label: user.name ? `${user.name} · ${user.email}` : user.email, isDisabled: true },
    { separator: "s1" },
    ...themes.map(({ id, icon }) =>
      ({ id: `theme:${id}`, label: t(`theme.${id}`), icon, isChosen: id === chosen })),
    { separator: "s2" },
    ...languages.map(({ id, name: label }) =>
      ({ id: `language:${id}`, label, isChosen: id === spoken })),
    { separator: "s3" },
    { id: "sessions", label: t("menu.sessions"), icon: "cpu" },
    { id: "settings", label: t("account.settings"), icon: "settings" },
    ...(actions?.onPeople
      ? [{ id: "people", label: t("people.menu"), icon: "people" } as const] : []),
    { id: "sign_out", label: t("account.sign_out"), icon: "sign_out" },
  ]
  const act = (id: string): void => {
    if (id === "sign_out") actions?.onSignOut()
    else if (id === "sessions") actions?.onSessions()
    else if (id === "settings") actions?.onSettings()
    else if (id === "people") actions?.onPeople?.()
    for (const choice of themes) if (id === `theme:${choice.id}`) setTheme(choice.id)
    for (const choice of languages) if (id === `language:${choice.id}`) switchLanguage(choice.id)
  }
  return (
    <Menu label={t("account.menu", { name })} placement="bottom end" items={items} onAction={act}
      trigger={
        <AriaButton className="c-avatar" aria-label={t("account.menu", { name })}>
          {Array.from(name)[0]?.toUpperCase() ?? "?"}
        </AriaButton>
      } />
  )
}
