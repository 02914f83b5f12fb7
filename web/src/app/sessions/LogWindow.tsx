import "../../ui/history/history.css"
import "./sessions.css"
import { useEffect, useRef, useState, type JSX } from "react"
import { IconButton } from "../../ui/Button"
import { Tick } from "../../ui/Choice"
import { FullWindow } from "../../ui/FullWindow"
import { Spinner } from "../../ui/Spinner"
import { showToast } from "../../ui/toast"
import type { LogLine } from "../../wire/sessions"
import { language } from "../../words/language"
import { t } from "../../words/words"
import { useLoaded } from "../account/loaded"
import { useNotebook, useSession } from "../notebook/context"
import type { PanelProps } from "../notebook/runtime_panels"

/** What the runtime's supervisor and kernels had to say. */
export function LogWindow({ api, onClose }: PanelProps): JSX.Element {
  const { session } = useNotebook()
  const title = useSession(session, (view) => view.title)
  const runtime = useSession(session, (view) =>
    view.lease !== null && view.lease.state !== "ended" ? view.lease.id : "")
  const { value, error, reload } = useLoaded(async () => runtime === "" ? [] : api.sessions.log(runtime))
  const [busy, setBusy] = useState(false)
  const [problems, setProblems] = useState(false)
  const refresh = async (): Promise<void> => {
    setBusy(true)
    await reload()
    setBusy(false)
  }
  const shown = (value ?? []).filter(({ level }) => !problems || level === "warning" || level === "error")
  const copy = (): void => {
    const text = shown.map((line) => `${timeOf(line)} ${line.level} ${line.source}: ${line.text}`).join("\n")
    void navigator.clipboard.writeText(text).then(
      () => showToast({ text: t("recovered.copied"), level: "success", timeoutMs: 3000 }),
      () => showToast({ text: t("recovered.not_copied"), level: "warning" }))
  }
  return (
    <FullWindow title={t("logs.title")} subject={title} onClose={onClose} actions={
      <>
        <Tick label={t("logs.only_problems")} isSelected={problems} onChange={setProblems} />
        <IconButton icon="copy" label={t("logs.copy")} isDisabled={shown.length === 0} onPress={copy} />
        <IconButton icon="refresh" label={t("logs.refresh")} isDisabled={busy} onPress={() => void refresh()} />
      </>
    }>
      {error !== null ? <p className="r-none" role="alert">{error}</p>
        : value === null ? <div className="r-log-wait"><Spinner size={26} label={t("app.loading")} /></div>
          : shown.length === 0 ? <p className="r-none">{t(runtime === "" ? "logs.no_runtime" : "logs.none")}</p>
            : <Lines lines={shown} />}
    </FullWindow>
  )
}

const timeOf = ({ time_ms: timeMs }: LogLine): string => new Intl.DateTimeFormat(language(), {
  hour: "2-digit", minute: "2-digit", second: "2-digit", fractionalSecondDigits: 3, hour12: false,
}).format(timeMs)

/** Ends in view: what was said last is what one looks for. */
function Lines({ lines }: { readonly lines: readonly LogLine[] }): JSX.Element {
  const box = useRef<HTMLDivElement>(null)
  useEffect(() => {
    if (box.current) box.current.scrollTop = box.current.scrollHeight
  }, [lines])
  return (
    <div className="r-log" ref={box} tabIndex={0} role="region" aria-label={t("logs.title")}>
      <table>
        <thead>
          <tr><th>{t("logs.time")}</th><th>{t("logs.level")}</th><th>{t("logs.message")}</th></tr>
        </thead>
        <tbody>
          {lines.map((line, index) => (
            <tr key={index} className={`r-log-${line.level}`}>
              <td title={new Date(line.time_ms).toISOString()}>{timeOf(line)}</td>
              <td>{t(`logs.level.${line.level}`)}</td>
              <td><span>{line.source}</span>{line.text}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}
