import { useCallback, useEffect, useState, type JSX } from "react"
import { ApiError, type Api } from "../sync/http"
import { NotebookListPage } from "../ui/NotebookListPage"
import type { Me, NotebookEntry } from "../wire/api"
import { t } from "../words/words"
import { errorText, orToast } from "./errors"
import { navigate, notebookHref } from "./router"
import { importAll } from "./uploads"

interface ListRouteProps {
  readonly api: Api
  readonly user: Me["user"]
  /** The server says that nobody is signed in any more. */
  readonly onSignedOut: () => void
}

export function ListRoute({ api, user, onSignedOut }: ListRouteProps): JSX.Element {
  const [notebooks, setNotebooks] = useState<readonly NotebookEntry[] | null>(null)
  const [error, setError] = useState<string | undefined>(undefined)
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
  return (
    <NotebookListPage user={user} notebooks={notebooks} error={error}
      hrefOf={notebookHref} onOpen={(id) => navigate(notebookHref(id))}
      onCreate={() => orToast(create())} onUpload={upload}
      onRename={(id, title) => orToast(api.renameNotebook(id, title).then(load))}
      onDelete={(id) => orToast(api.removeNotebook(id).then(load))}
      onRetry={() => void load()} />
  )
}
