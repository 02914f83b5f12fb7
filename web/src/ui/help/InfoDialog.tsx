import "./help.css"
import type { JSX } from "react"
import { t } from "../../words/words"
import { Dialog } from "../Dialog"
import { Spinner } from "../Spinner"

export interface Fact {
  readonly label: string
  readonly value: string
}

interface InfoDialogProps {
  /** Null while they are asked for. */
  readonly facts: readonly Fact[] | null
  readonly error: string | null
  readonly onClose: () => void
}

/** Names and what stands behind them. */
export function InfoDialog({ facts, error, onClose }: InfoDialogProps): JSX.Element {
  return (
    <Dialog isOpen title={t("info.title")} onClose={onClose}>
      {error !== null ? <p role="alert">{error}</p> : facts === null ? <Spinner label={t("app.loading")} /> : (
        <dl className="i-facts">
          {facts.map(({ label, value }) => <div key={label}><dt>{label}</dt><dd>{value}</dd></div>)}
        </dl>
      )}
    </Dialog>
  )
}
