import "./help.css"
import type { JSX } from "react"
import changelog from "../../../../CHANGELOG.md?raw"
import { MarkdownView } from "../../output/MarkdownView"
import { t } from "../../words/words"
import { Dialog } from "../Dialog"

/** What each version brought: the project's CHANGELOG. */
export function ReleasesDialog({ onClose }: { readonly onClose: () => void }): JSX.Element {
  return (
    <Dialog isOpen size="large" title={t("releases.title")} onClose={onClose}>
      <div className="i-releases" lang="en"><MarkdownView source={changelog.replace(/^# .*\n/, "")} /></div>
    </Dialog>
  )
}
