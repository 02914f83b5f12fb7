import { useState, type JSX } from "react"
import type { NewToken } from "../../sync/account_api"
import type { TokenEntry } from "../../wire/account"
import { formatAgo, formatDate, t, type WordKey } from "../../words/words"
import { Button } from "../Button"
import { OneOf, TickGroup } from "../Choice"
import { Icon } from "../icons"
import { TextField } from "../TextField"
import { CopyField } from "./CopyField"
import { FormError, useSubmit } from "./forms"

interface TokensSectionProps {
  readonly tokens: readonly TokenEntry[]
  /** A token that was just made; it is shown until one is done with it. */
  readonly made: string | null
  /** Resolves to null when it is made, else to the words that say why not. */
  readonly onCreate: (token: NewToken) => Promise<string | null>
  readonly onSeen: () => void
  readonly onRevoke: (id: string) => void
}

const scopes: readonly { readonly id: string; readonly words: WordKey }[] = [
  { id: "notebooks:read", words: "tokens.scope_read" },
  { id: "notebooks:write", words: "tokens.scope_write" },
  { id: "notebooks:run", words: "tokens.scope_run" },
  { id: "drive:read", words: "tokens.scope_drive_read" },
  { id: "drive:write", words: "tokens.scope_drive_write" },
]
const lives = [7, 30, 90, 365] as const
const dayMs = 86_400_000

export function TokensSection({ tokens, made, onCreate, onSeen, onRevoke }: TokensSectionProps): JSX.Element {
  const [making, setMaking] = useState(false)
  if (made !== null) {
    return (
      <div className="c-form">
        <h3 className="c-subtitle">{t("tokens.made_title")}</h3>
        <p className="c-note"><Icon name="warning" size={18} />{t("tokens.made_text")}</p>
        <CopyField label={t("tokens.made_label")} value={made} />
        <div className="c-form-row">
          <Button variant="primary" onPress={() => {
            setMaking(false)
            onSeen()
          }}>{t("action.done")}</Button>
        </div>
      </div>
    )
  }
  if (making) return <TokenForm onCreate={onCreate} onCancel={() => setMaking(false)} />
  return (
    <>
      <p className="c-hint">{t("tokens.text")}</p>
      {tokens.length === 0 ? <p className="c-nothing">{t("tokens.none")}</p> : (
        <ul className="c-rows" aria-label={t("settings.tokens")}>
          {tokens.map((token) => <Token key={token.id} token={token} onRevoke={onRevoke} />)}
        </ul>
      )}
      <div className="c-form-row"><Button icon="add" onPress={() => setMaking(true)}>{t("tokens.new")}</Button></div>
    </>
  )
}

function scopeWords(id: string): string {
  const known = scopes.find((scope) => scope.id === id)
  return known ? t(known.words) : id
}

function Token(
  { token, onRevoke }: { readonly token: TokenEntry; readonly onRevoke: (id: string) => void },
): JSX.Element {
  const used = token.used_ms === 0 ? t("tokens.unused")
    : t("tokens.used", { ago: formatAgo(token.used_ms, Date.now()) })
  return (
    <li className="c-row">
      <Icon name="key" />
      <div className="c-row-words">
        <strong>{token.name}</strong>
        <span>{token.scopes.map(scopeWords).join(" · ")}</span>
        <span>{used} · {t("tokens.ends", { date: formatDate(token.expires_ms) })}</span>
      </div>
      <Button size="small" aria-label={t("tokens.revoke_label", { name: token.name })}
        onPress={() => onRevoke(token.id)}>{t("tokens.revoke")}</Button>
    </li>
  )
}

function TokenForm({ onCreate, onCancel }: {
  readonly onCreate: TokensSectionProps["onCreate"]
  readonly onCancel: () => void
}): JSX.Element {
  const [name, setName] = useState("")
  const [chosen, setChosen] = useState<readonly string[]>(["notebooks:read"])
  const [days, setDays] = useState(30)
  const [problem, setProblem] = useState<string | undefined>(undefined)
  const form = useSubmit(() => {
    const missing = name.trim() === ""
    setProblem(missing ? t("form.token_name_missing") : undefined)
    if (missing) return null
    if (chosen.length === 0) return () => Promise.resolve(t("form.scope_missing"))
    return () => onCreate({ name: name.trim(), scopes: chosen, life_ms: days * dayMs })
  })
  return (
    <form className="c-form" noValidate onSubmit={form.onSubmit}>
      <TextField label={t("field.token_name")} value={name} error={problem} onChange={setName} autoFocus />
      <TickGroup label={t("tokens.scopes")} chosen={chosen} onChange={setChosen}
        options={scopes.map(({ id, words }) => ({ id, label: t(words) }))} />
      <OneOf label={t("tokens.life")} chosen={String(days)} onChange={(value) => setDays(Number(value))}
        options={lives.map((life) => ({ id: String(life), label: t("tokens.days", { days: life }) }))} />
      {form.refused !== null && <FormError>{form.refused}</FormError>}
      <div className="c-form-row">
        <Button variant="plain" onPress={onCancel}>{t("action.cancel")}</Button>
        <Button variant="primary" type="submit" pending={form.pending}>{t("tokens.create")}</Button>
      </div>
    </form>
  )
}
