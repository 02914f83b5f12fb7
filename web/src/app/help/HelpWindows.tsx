import { useState, type JSX } from "react"
import type { Api } from "../../sync/http"
import { AboutDialog } from "../../ui/help/AboutDialog"
import { FaqDialog } from "../../ui/help/FaqDialog"
import { ReleasesDialog } from "../../ui/help/ReleasesDialog"
import { ReportDialog } from "../../ui/help/ReportDialog"
import { OpeningApi } from "../../sync/opening_api"
import { useLoaded } from "../account/loaded"
import type { HelpWindow } from "../notebook/layout/frame"
import { InfoWindow } from "./InfoWindow"


interface HelpWindowsProps {
  readonly api: Api
  readonly window: HelpWindow
  readonly onClose: () => void
}

/** What the Help menu opens, and what is known of the notebook. */
export function HelpWindows({ api, window, onClose }: HelpWindowsProps): JSX.Element {
  const [opening] = useState(() => api.part(OpeningApi))
  const { value: server } = useLoaded(() => opening.server())
  switch (window) {
    case "info": return <InfoWindow api={opening} onClose={onClose} />
    case "faq": return <FaqDialog onClose={onClose} />
    case "releases": return <ReleasesDialog onClose={onClose} />
    case "report": return <ReportDialog server={server} browser={navigator.userAgent} onClose={onClose} />
    case "about": return <AboutDialog version={server?.version ?? ""} onClose={onClose} />
  }
}
