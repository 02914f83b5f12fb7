import type { JSX } from "react"
import { useLanguage } from "../words/use_language"
import { languages } from "../words/language"
import { t } from "../words/words"
import { Button } from "./Button"
import { Menu } from "./Menu"
import { switchLanguage } from "./switch_language"

/** Switches the page's language, here and now. */
export function LanguageMenu(): JSX.Element {
  const current = useLanguage()
  const name = languages.find(({ id }) => id === current)?.name ?? current
  return (
    <Menu label={t("language.label")} placement="top start"
      trigger={<Button variant="plain" size="small" icon="globe">{name}</Button>}
      items={languages.map(({ id, name: label }) => ({ id, label, isChosen: id === current }))}
      onAction={(id) => {
        const chosen = languages.find((other) => other.id === id)
        if (chosen) switchLanguage(chosen.id)
      }} />
  )
}
