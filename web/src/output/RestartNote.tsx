import type { JSX } from "react"
import { isObject, member, parseJson, type Json } from "../wire/json"
import { useLanguage } from "../words/use_language"
import { t } from "../words/words"
import { useOutputActions } from "./output_actions"

/** What pip replaced although the kernel had it loaded: the old is in use until the kernel starts anew. */
export function RestartNote({ text }: { readonly text: string }): JSX.Element | null {
  useLanguage()
  const actions = useOutputActions()
  const packages = packagesIn(text)
  if (packages.length === 0) return null
  return (
    <div className="o-note o-note-row" role="group" aria-label={t("outputs.restart_label")}>
      <span>{t("outputs.restart_needed", { packages: packages.join(", ") })}</span>
      {actions?.restart &&
        <button type="button" className="o-button" onClick={actions.restart}>{t("outputs.restart")}</button>}
    </div>
  )
}

function packagesIn(text: string): readonly string[] {
  let value: Json
  try {
    value = parseJson(text)
  } catch {
    return []
  }
  const warning = isObject(value) ? member(value, "pip_warning") : undefined
  const list = isObject(warning) ? member(warning, "packages") : undefined
  const names: readonly Json[] = Array.isArray(list) ? list : []
  return names.filter((name) => typeof name === "string").slice(0, 50)
}
