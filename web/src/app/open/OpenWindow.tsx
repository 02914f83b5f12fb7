import { useState, type JSX } from "react"
import { OpeningApi } from "../../sync/opening_api"
import type { Api } from "../../sync/http"
import { OpenDialog, type OpenTab } from "../../ui/open/OpenDialog"
import { UploadTab } from "../../ui/open/UploadTab"
import type { NotebookId } from "../../wire/ids"
import { orToast } from "../errors"
import { remember, remembered } from "../remembered"
import { navigate } from "../router"
import { notebookHref } from "../routes"
import { importAll } from "../uploads"
import { DriveTab } from "./DriveTab"
import { ExamplesTab } from "./ExamplesTab"
import { RecentTab } from "./RecentTab"
import { setShownAtStart, shownAtStart } from "./start"

interface OpenWindowProps {
  readonly api: Api
  readonly onClose: () => void
}

const tabKey = "colibri.open_tab"
const tabs: readonly OpenTab[] = ["examples", "recent", "drive", "upload"]

/** Opens a notebook from wherever it is, or makes a new one. */
export function OpenWindow({ api, onClose }: OpenWindowProps): JSX.Element {
  const [tab, setTab] = useState<OpenTab>(() => tabs.find((name) => name === remembered(tabKey)) ?? "examples")
  const [atStart, setAtStart] = useState(shownAtStart)
  const [creating, setCreating] = useState(false)
  const [opening] = useState(() => api.part(OpeningApi))
  const open = (id: NotebookId): void => {
    onClose()
    navigate(notebookHref(id))
  }
  const create = async (): Promise<void> => {
    setCreating(true)
    await orToast(api.createNotebook().then(open))
    setCreating(false)
  }
  const content = (): JSX.Element => {
    switch (tab) {
      case "examples": return <ExamplesTab api={opening} onOpen={open} />
      case "recent": return <RecentTab api={api} onOpen={open} />
      case "drive": case "github": return <DriveTab api={api} onOpen={open} />
      case "upload":
        return (
          <UploadTab onUpload={async (files) => {
            const [first] = await importAll(api, files)
            if (first !== undefined) open(first)
          }} />
        )
    }
  }
  return (
    <OpenDialog tabs={tabs} tab={tab} creating={creating} atStart={atStart} onClose={onClose} onCreate={create}
      onTab={(chosen) => {
        remember(tabKey, chosen)
        setTab(chosen)
      }}
      onAtStart={(shown) => {
        setShownAtStart(shown)
        setAtStart(shown)
      }}>
      {content()}
    </OpenDialog>
  )
}
