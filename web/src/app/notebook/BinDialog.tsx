import type { JSX } from "react"
import { Button } from "../../ui/Button"
import { Dialog } from "../../ui/Dialog"
import { Icon } from "../../ui/icons"
import type { BinnedCell } from "../../wire/cell"
import { personName } from "../../words/person_name"
import { formatAgo, t, tn } from "../../words/words"
import { useNotebook, useSession } from "./context"

const none: readonly BinnedCell[] = []

/** The deleted cells, the last one first, each with a way back. */
export function BinDialog({ onClose }: { readonly onClose: () => void }): JSX.Element {
  const { session } = useNotebook()
  const bin = useSession(session, (view) => view.state?.bin ?? none)
  return (
    <Dialog isOpen onClose={onClose} title={t("bin.title")}>
      {bin.length === 0 ? <p>{t("bin.empty")}</p> : (
        <>
          <p className="n-bin-hint">{t("bin.hint")}</p>
          <ul className="n-bin">
            {[...bin].reverse().map((cell) => <Binned key={cell.id} cell={cell} onRestored={onClose} />)}
          </ul>
        </>
      )}
    </Dialog>
  )
}

function Binned({ cell, onRestored }: { readonly cell: BinnedCell; readonly onRestored: () => void }): JSX.Element {
  const { session, commands } = useNotebook()
  const writable = useSession(session, (view) => view.writable)
  const line = cell.first_line.trim() === "" ? t("bin.blank") : cell.first_line
  const when = formatAgo(cell.time_ms, Date.now())
  const outputs = cell.outputs > 0 ? tn("bin.outputs", cell.outputs) : ""
  return (
    <li>
      <Icon name={cell.cell_type === "code" ? "code" : "text"} size={18} />
      <span className="n-bin-cell">
        <code>{line}</code>
        <small>
          {[cell.by.name === "" ? when : t("bin.by", { name: personName(cell.by.name), when }), outputs]
            .filter((part) => part !== "").join(" · ")}
        </small>
      </span>
      <Button size="small" isDisabled={!writable} aria-label={t("bin.restore_label", { line })}
        onPress={() => {
          commands.restore(cell)
          onRestored()
        }}>{t("bin.restore")}</Button>
    </li>
  )
}
