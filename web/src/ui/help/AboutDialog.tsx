import "./help.css"
import type { JSX } from "react"
import { t } from "../../words/words"
import { Dialog } from "../Dialog"
import { Logo } from "../icons"

interface AboutDialogProps {
  /** Empty while it is asked for. */
  readonly version: string
  readonly onClose: () => void
}

/** Which Colibri this is. */
export function AboutDialog({ version, onClose }: AboutDialogProps): JSX.Element {
  return (
    <Dialog isOpen title={t("about.title")} onClose={onClose}>
      <div className="i-about">
        <Logo size={64} />
        <p><b>{t("app.name")}</b> {version !== "" && t("about.version", { version })}</p>
        <p>{t("about.text")}</p>
        <p>{t("about.licence")}</p>
      </div>
    </Dialog>
  )
}
