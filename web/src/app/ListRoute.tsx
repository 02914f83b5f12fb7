import { useCallback, useEffect, useState, type JSX } from "react"
import { ApiError, type Api } from "../sync/http"
import { listViews, type ListView } from "../ui/ListViews"
import { NotebookListPage } from "../ui/NotebookListPage"
import { showToast } from "../ui/toast"
import type { Me, NotebookEntry } from "../wire/api"
import type { NotebookId } from "../wire/ids"
import { t } from "../words/words"
import { errorText, orToast } from "./errors"
import { navigate } from "./router"
import { listHref, notebookHref } from "./routes"
import { lateWindow } from "./late_part"
import { importAll } from "./uploads"

const Share = lateWindow(async () => (await import("./sharing/Share")).Share)

interface ListRouteProps {
  readonly api: Api
  readonly user: Me["user"]
  /** The server says that nobody is signed in any more. */
  readonly onSignedOut: () => void
}

/** The view that the address names, so that one comes back to it. */
const viewInAddress = (): ListView => {
  const named = new URLSearchParams(location.search).get("view")
  return listViews.find((view) => view === named) ?? "recent"
}

export function ListRoute({ api, user, onSignedOut }: ListRouteProps): JSX.Element {
  const [notebooks, setNotebooks] = useState<readonly NotebookEntry[] | null>(null)
  const [error, setError] = useState<string | undefined>(undefined)
  const [view, setView] = useState(viewInAddress)
  const [sharing, setSharing] = useState<NotebookEntry | null>(null)
  const load = useCallback(async () => {
    try {
      setNotebooks(await api.notebooks())
      setError(undefined)
    } catch (failure) {
      if (failure instanceof ApiError && failure.status === 401) onSignedOut()
      else setError(errorText(failure))
    }
  }, [api, onSignedOut])

  useEffect(() => {
    document.title = `${t("list.title")} – ${t("app.name")}`
    const look = (): void => {
      if (!document.hidden) void load()
    }
    look()
    document.addEventListener("visibilitychange", look)
    return () => document.removeEventListener("visibilitychange", look)
  }, [load])

  const create = async (): Promise<void> => navigate(notebookHref(await api.createNotebook()))
  const upload = async (files: readonly File[]): Promise<void> => {
    const [id] = await importAll(api, files)
    if (id !== undefined && files.length === 1) navigate(notebookHref(id))
    else await load()
  }
  const choose = (chosen: ListView): void => {
    history.replaceState(history.state, "", chosen === "recent" ? listHref : `${listHref}?view=${chosen}`)
    setView(chosen)
  }
  const star = async ({ id, starred }: NotebookEntry): Promise<void> => {
    setNotebooks((all) => all?.map((each) => each.id === id ? { ...each, starred: !starred } : each) ?? null)
    await orToast(api.sharing.star(id, !starred))
    await load()
  }
  const copy = async (id: NotebookId): Promise<void> => {
    await api.sharing.copy(id)
    showToast({ text: t("list.copied"), level: "success" })
    await load()
  }
  return (
    <>
      <NotebookListPage user={user} notebooks={notebooks} error={error} view={view} onView={choose}
        onStar={(notebook) => void star(notebook)} onShare={setSharing} onCopy={(id) => void orToast(copy(id))}
        onForget={({ id }) => void orToast(api.sharing.revoke(id, user.email).then(load))}
        hrefOf={notebookHref} onOpen={(id) => navigate(notebookHref(id))}
        onCreate={() => orToast(create())} onUpload={upload}
        onRename={(id, title) => orToast(api.renameNotebook(id, title).then(load))}
        onDelete={(id) => orToast(api.removeNotebook(id).then(load))}
        onRetry={() => void load()} />
      {sharing && (
        <Share api={api} user={user} id={sharing.id} title={sharing.title} onLeave={() => setSharing(null)}
          onClose={() => {
            setSharing(null)
            void load()
          }} />
      )}
    </>
  )
}
