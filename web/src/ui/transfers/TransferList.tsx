import "./transfers.css"
import { useState, type JSX } from "react"
import type { Taken, Transfer } from "../../sync/transfers"
import { formatBytes, t, tn } from "../../words/words"
import { Button, IconButton } from "../Button"
import { Icon } from "../icons"
import { Spinner } from "../Spinner"

export interface TransferListProps {
  readonly transfers: readonly Transfer[]
  readonly onCancel: (id: number) => void
  readonly onResume: (id: number, taken?: Taken) => void
  readonly onClear: () => void
}

const headline = (transfers: readonly Transfer[]): string => {
  const running = transfers.filter(({ state }) => ["waiting", "running", "offline"].includes(state)).length
  const stuck = transfers.filter(({ state }) => state === "failed" || state === "taken").length
  return running > 0 ? tn("transfer.running", running)
    : stuck > 0 ? tn("transfer.attention", stuck) : tn("transfer.all_done", transfers.length)
}

/** Files on their way, in a corner of the page: how far each is, and stopping and going on. */
export function TransferList(props: TransferListProps): JSX.Element | null {
  const { transfers } = props
  const [open, setOpen] = useState(true)
  if (transfers.length === 0) return null
  const done = transfers.every(({ state }) => state === "done")
  return (
    <section className="x-box" aria-label={t("transfer.title")}>
      <header className="x-head">
        <button type="button" className="x-fold" aria-expanded={open} onClick={() => setOpen(!open)}>
          <Icon name={open ? "chevron_down" : "chevron_up"} size={18} />
          <span role="status">{headline(transfers)}</span>
        </button>
        {transfers.some(({ state }) => state === "done") &&
          <Button size="small" variant="plain" onPress={props.onClear}>{t("transfer.clear")}</Button>}
      </header>
      {open && <ul className="x-list" data-done={done}>
        {transfers.map((transfer) => <Line key={transfer.id} transfer={transfer} {...props} />)}
      </ul>}
    </section>
  )
}

function words({ state, sent, bytes, error }: Transfer): string {
  switch (state) {
    case "waiting": return t("transfer.waiting")
    case "running": return t("transfer.progress", { sent: formatBytes(sent), bytes: formatBytes(bytes) })
    case "offline": return t("transfer.offline")
    case "taken": return t("transfer.taken")
    case "failed": return error
    case "done": return t("transfer.done")
  }
}

function Line({ transfer, onCancel, onResume }: TransferListProps & { readonly transfer: Transfer }): JSX.Element {
  const { id, name, state, sent, bytes } = transfer
  return (
    <li className={`x-line x-${state}`}>
      {state === "done" ? <Icon name="success" size={18} /> : state === "failed" || state === "taken" ? <Icon name="warning" size={18} />
        : state === "running" ? <Spinner size={16} /> : <Icon name="upload" size={18} />}
      <div className="x-what">
        <span className="x-name" title={name}>{name}</span>
        <small>{words(transfer)}</small>
        {["running", "offline"].includes(state) &&
          <progress max={Math.max(1, bytes)} value={sent} aria-label={name} />}
        {state === "taken" && <div className="x-choices">
          <Button size="small" onPress={() => onResume(id, "replace")}>{t("transfer.replace")}</Button>
          <Button size="small" onPress={() => onResume(id, "both")}>{t("transfer.both")}</Button>
        </div>}
        {state === "failed" && <div className="x-choices">
          <Button size="small" icon="refresh" onPress={() => onResume(id)}>{t("transfer.retry")}</Button>
        </div>}
      </div>
      <IconButton icon="close" size={16} onPress={() => onCancel(id)}
        label={t(state === "done" ? "transfer.remove" : "transfer.cancel", { name })} />
    </li>
  )
}
