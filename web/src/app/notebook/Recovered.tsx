import type { JSX } from "react"
import type { RecoveredText } from "../../sync/recovery"
import { Button } from "../../ui/Button"
import { Icon } from "../../ui/icons"
import { showToast } from "../../ui/toast"
import { formatAgo, t } from "../../words/words"
import { useNotebook, useSession } from "./context"

/** Text that was typed here and found no place in the notebook: the person decides. */
export function Recovered({ text }: { readonly text: RecoveredText }): JSX.Element {
  const { session } = useNotebook()
  const writable = useSession(session, (view) => view.writable)
  const online = useSession(session, (view) => view.connection.kind === "online")
  const copy = (): void => {
    void navigator.clipboard.writeText(text.source).then(
      () => showToast({ text: t("recovered.copied"), level: "success", timeoutMs: 3000 }),
      () => showToast({ text: t("recovered.not_copied"), level: "warning" }))
  }
  return (
    <section className="n-recovered" role="alert">
      <h2><Icon name="restore" size={18} />{t("recovered.title")}</h2>
      <p>
        {text.typed_ms > 0 ? t("recovered.earlier", { when: formatAgo(text.typed_ms, Date.now()) })
          : t("recovered.text")}
      </p>
      <pre tabIndex={0} aria-label={t("recovered.source")}>{text.source}</pre>
      <div className="n-recovered-actions">
        <Button variant="plain" onPress={() => session.resolveRecovered(text.id, false)}>
          {t("recovered.discard")}
        </Button>
        <Button variant="plain" icon="copy" onPress={copy}>{t("recovered.copy")}</Button>
        <Button variant="primary" isDisabled={!writable || !online}
          onPress={() => session.resolveRecovered(text.id, true)}>{t("recovered.insert")}</Button>
      </div>
    </section>
  )
}
