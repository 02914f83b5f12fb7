import "../../../ui/history/history.css"
import { useEffect, useRef, useState, type JSX } from "react"
import { IconButton } from "../../../ui/Button"
import { ExecutedList } from "../../../ui/history/ExecutedList"
import { Spinner } from "../../../ui/Spinner"
import { showToast } from "../../../ui/toast"
import { t } from "../../../words/words"
import { useLoaded } from "../../account/loaded"
import { useNotebook, useSession } from "../context"
import { durationText } from "../duration"

/** Runs come and go faster than anybody reads. */
const pauseMs = 500

/** All code that ran in the notebook, with who, when and how it ended; goes on as more runs. */
export function ExecutedTab(): JSX.Element {
  const { api, session, commands, focus, sections, id } = useNotebook()
  const writable = useSession(session, (view) => view.writable && view.state !== null)
  const runtime = useSession(session, (view) =>
    view.lease !== null && view.lease.state !== "ended" ? view.lease.id : "")
  const order = useSession(session, ({ state }) => state?.order)
  const { value, error, reload } = useLoaded(() => api.history.executed(id))
  const [busy, setBusy] = useState(false)
  const refresh = async (): Promise<void> => {
    setBusy(true)
    await reload()
    setBusy(false)
  }
  const queue = useSession(session, ({ state }) => state?.queue)
  const seen = useRef(queue)
  useEffect(() => {
    if (seen.current === queue) return
    seen.current = queue
    const timer = setTimeout(() => void reload(), pauseMs)
    return () => clearTimeout(timer)
    // What is queued is what it waits for.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [queue])
  return (
    <div className="h-pane">
      <div className="h-pane-tools">
        <IconButton label={t("executed.refresh")} icon="refresh" size={18} isDisabled={busy} onPress={() => void refresh()} />
      </div>
      {error !== null ? <p className="h-nothing" role="alert">{error}</p>
        : value === null ? <div className="h-waiting"><Spinner size={26} label={t("app.loading")} /></div>
          : (
            <ExecutedList entries={value} runtime={runtime} duration={durationText}
              isThere={({ cell }) => order?.includes(cell) ?? false}
              onGo={({ cell }) => {
                sections.reveal(cell)
                focus.move(cell, "cell")
              }}
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
  )
}
