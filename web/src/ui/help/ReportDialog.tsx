import "./help.css"
import type { JSX } from "react"
import type { ServerFacts } from "../../wire/opening"
import { t } from "../../words/words"
import { Button } from "../Button"
import { Dialog } from "../Dialog"
import { showToast } from "../toast"

interface ReportDialogProps {
  /** Null while it is asked for. */
  readonly server: ServerFacts | null
  readonly browser: string
  readonly onClose: () => void
}

/** Where to report what is wrong, and what to put into the report. */
export function ReportDialog({ server, browser, onClose }: ReportDialogProps): JSX.Element {
  const facts = `Colibri ${server?.version ?? ""}\n${browser}`
  const url = server?.report_url ?? ""
  return (
    <Dialog isOpen title={t("report.title")} onClose={onClose} footer={
      <>
        <Button icon="copy" onPress={() => void navigator.clipboard.writeText(facts).then(
          () => showToast({ text: t("report.copied"), level: "success", timeoutMs: 3000 }),
          () => showToast({ text: t("recovered.not_copied"), level: "warning" }))}>{t("report.copy")}</Button>
        {url !== "" && (
          <a className="c-button c-button-primary c-button-normal i-report" href={url} target="_blank" rel="noreferrer">
            {t("report.open")}
          </a>
        )}
      </>
    }>
      <p>{t("report.text")}</p>
      <pre className="i-report-facts">{facts}</pre>
      {server !== null && url === "" && <p>{t("report.nobody")}</p>}
    </Dialog>
  )
}
