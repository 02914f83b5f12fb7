import { useState, type JSX } from "react"
import type { Api } from "../../sync/http"
import { IconButton } from "../../ui/Button"
import { FullWindow } from "../../ui/FullWindow"
import { ExecutedList } from "../../ui/history/ExecutedList"
import { Spinner } from "../../ui/Spinner"
import { showToast } from "../../ui/toast"
import { t } from "../../words/words"
import { useLoaded } from "../account/loaded"
import { useNotebook, useSession } from "../notebook/context"
import { durationText } from "../notebook/duration"

interface ExecutedWindowProps {
  readonly api: Api
  readonly onClose: () => void
}

/** All code that ran in the notebook, with who, when and how it ended. */
export function ExecutedWindow({ api, onClose }: ExecutedWindowProps): JSX.Element {
  const { session, commands, id } = useNotebook()
  const title = useSession(session, (view) => view.title)
  const writable = useSession(session, (view) => view.writable && view.state !== null)
  const runtime = useSession(session, (view) =>
    view.lease !== null && view.lease.state !== "ended" ? view.lease.id : "")
  const { value, error, reload } = useLoaded(() => api.history.executed(id))
  const [busy, setBusy] = useState(false)
  const refresh = async (): Promise<void> => {
    setBusy(true)
    await reload()
    setBusy(false)
  }
  return (
    <FullWindow title={t("executed.title")} subject={title} onClose={onClose} actions={
      <IconButton label={t("executed.refresh")} icon="refresh" isDisabled={busy} onPress={() => void refresh()} />
    }>
      <div className="h-main h-main-alone">
        {error !== null ? <p className="h-nothing" role="alert">{error}</p>
          : value === null ? <div className="h-waiting"><Spinner size={26} label={t("app.loading")} /></div>
            : (
              <ExecutedList entries={value} runtime={runtime} duration={durationText}
                onCopy={({ source }) => {
                  void navigator.clipboard.writeText(source).then(
                    () => showToast({ text: t("recovered.copied"), level: "success", timeoutMs: 3000 }),
                    () => showToast({ text: t("recovered.not_copied"), level: "warning" }))
                }}
                onInsert={writable ? ({ source }) => {
                  commands.insertBelowFocus("code", source)
                  showToast({ text: t("executed.inserted"), level: "success", timeoutMs: 3000 })
                } : null} />
            )}
      </div>
    </FullWindow>
  )
}
