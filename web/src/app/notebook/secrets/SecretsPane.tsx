import "./secrets.css"
import { useCallback, useEffect, useState, type JSX } from "react"
import { Button, IconButton } from "../../../ui/Button"
import { Tick } from "../../../ui/Choice"
import { ConfirmDialog } from "../../../ui/Dialog"
import type { Secret } from "../../../wire/secrets"
import { t } from "../../../words/words"
import { orToast } from "../../errors"
import type { PaneProps } from "../layout/rail_panes"
import { useNotebook } from "../context"
import { SecretDialog } from "./SecretDialog"

type Window = { readonly kind: "add" } | { readonly kind: "edit" | "delete"; readonly name: string }

const everyMs = 2_000

/** What the person keeps secret, and which of it this notebook may read. */
export function SecretsPane({ api }: PaneProps): JSX.Element {
  const { id } = useNotebook()
  const [secrets, setSecrets] = useState<readonly Secret[] | null>(null)
  const [window, setWindow] = useState<Window | null>(null)
  const close = (): void => setWindow(null)
  const refresh = useCallback(async () => setSecrets(await api.secrets.list(id)), [api, id])
  useEffect(() => {
    void orToast(refresh())
    // A grant or another tab may have changed it; what fails is tried again.
    const timer = setInterval(() => {
      if (!document.hidden) refresh().catch(() => undefined)
    }, everyMs)
    return () => clearInterval(timer)
  }, [refresh])
  const save = async (name: string, value: string): Promise<void> => {
    if (window?.kind === "edit") await api.secrets.change(window.name, value === "" ? { name } : { name, value })
    else {
      await api.secrets.add(name, value)
      await api.secrets.setAccess(name, id, true)
    }
    await refresh()
  }
  return (
    <>
      <div className="s-pane">
        <p className="s-about">{t("secrets.about")}</p>
        <Button icon="add" onPress={() => setWindow({ kind: "add" })}>{t("secrets.add")}</Button>
        {secrets?.length === 0 && <p className="s-none">{t("secrets.none")}</p>}
        {secrets !== null && secrets.length > 0 &&
          <ul className="s-list" aria-label={t("secrets.title")}>
            {secrets.map((secret) => (
              <SecretRow key={`${secret.name} ${String(secret.changed_ms)}`} secret={secret} load={() => api.secrets.value(secret.name)}
                onAccess={(access) => void orToast(api.secrets.setAccess(secret.name, id, access).finally(refresh))}
                onEdit={() => setWindow({ kind: "edit", name: secret.name })}
                onDelete={() => setWindow({ kind: "delete", name: secret.name })} />
            ))}
          </ul>}
        <p className="s-use">{t("secrets.use")}</p>
        <pre className="s-code">{"from google.colab import userdata\nuserdata.get(\"NAME\")"}</pre>
      </div>
      {(window?.kind === "add" || window?.kind === "edit") &&
        <SecretDialog name={window.kind === "edit" ? window.name : null} onSave={save} onClose={close} />}
      <ConfirmDialog isOpen={window?.kind === "delete"} danger confirmLabel={t("action.delete")}
        title={t("secrets.delete_title", { name: window?.kind === "delete" ? window.name : "" })}
        text={t("secrets.delete_text")} onClose={close}
        onConfirm={async () => {
          if (window?.kind === "delete") await orToast(api.secrets.remove(window.name).then(refresh))
        }} />
    </>
  )
}

interface RowProps {
  readonly secret: Secret
  readonly load: () => Promise<string>
  readonly onAccess: (access: boolean) => void
  readonly onEdit: () => void
  readonly onDelete: () => void
}

function SecretRow({ secret: { name, access }, load, onAccess, onEdit, onDelete }: RowProps): JSX.Element {
  const [value, setValue] = useState<string | null>(null)
  const look = async (): Promise<void> => setValue(value === null ? await load() : null)
  return (
    <li className="s-secret">
      <div className="s-head">
        <span className="s-name" title={name}>{name}</span>
        <IconButton icon={value === null ? "eye" : "eye_off"} size={18} onPress={() => void orToast(look())}
          label={t(value === null ? "secrets.show" : "secrets.hide", { name })} />
        <IconButton icon="edit" size={18} label={t("secrets.edit_one", { name })} onPress={onEdit} />
        <IconButton icon="trash" size={18} danger label={t("secrets.delete_one", { name })} onPress={onDelete} />
      </div>
      <div className="s-value" aria-live="polite">{value ?? "••••••••"}</div>
      <Tick isSelected={access} onChange={onAccess} label={t("secrets.access")} />
    </li>
  )
}
