import { useState, type JSX } from "react"
import { GitHubApi } from "../../sync/github_api"
import { OpeningApi } from "../../sync/opening_api"
import type { Api } from "../../sync/http"
import { OpenDialog, openTabs, type OpenTab } from "../../ui/open/OpenDialog"
import { UploadTab } from "../../ui/open/UploadTab"
import { Spinner } from "../../ui/Spinner"
import type { NotebookId } from "../../wire/ids"
import { t } from "../../words/words"
import { useLoaded } from "../account/loaded"
import { orToast } from "../errors"
import { remember, remembered } from "../remembered"
import { navigate } from "../router"
import { notebookHref } from "../routes"
import { importAll } from "../uploads"
import { DriveTab } from "./DriveTab"
import { ExamplesTab } from "./ExamplesTab"
import { GitHubTab } from "./GitHubTab"
import { RecentTab } from "./RecentTab"
import { setShownAtStart, shownAtStart } from "./start"

interface OpenWindowProps {
  readonly api: Api
  readonly onClose: () => void
  /** To begin at GitHub, with what would be typed there. */
  readonly github?: string | undefined
}

const tabKey = "colibri.open_tab"

/** Opens a notebook from wherever it is, or makes a new one. */
export function OpenWindow({ api, onClose, github }: OpenWindowProps): JSX.Element {
  const [wanted, setTab] = useState<OpenTab>(() => github !== undefined ? "github"
    : openTabs.find((name) => name === remembered(tabKey)) ?? "examples")
  const [atStart, setAtStart] = useState(shownAtStart)
  const [creating, setCreating] = useState(false)
  const [opening] = useState(() => api.part(OpeningApi))
  const [own] = useState(() => api.part(GitHubApi))
  const { value: hub } = useLoaded(() => opening.github())
  const tabs = openTabs.filter((name) => name !== "github" || hub?.enabled === true || (hub === null && wanted === "github"))
  const tab = tabs.includes(wanted) ? wanted : "examples"
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
      case "drive": return <DriveTab api={api} onOpen={open} />
      case "github":
        return hub ? <GitHubTab api={opening} hub={own} web={hub.web} wish={github ?? ""} onOpen={open} />
          : <div className="o-none"><Spinner size={24} label={t("app.loading")} /></div>
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
