import { useCallback, useEffect, useMemo, useState, useSyncExternalStore, type JSX } from "react"
import { noSelection } from "../../model/selection"
import { fileHref, type DriveQuery, type DriveSort } from "../../sync/drive_api"
import type { Api } from "../../sync/http"
import { DrivePage } from "../../ui/drive/DrivePage"
import type { IncomingFile } from "../../ui/drive/drag"
import type { ItemAction } from "../../ui/drive/item_menu"
import { TransferList } from "../../ui/transfers/TransferList"
import { driveViews, type DriveEntry, type DriveView, type Space } from "../../wire/drive"
import { cloudsFolder, isInClouds } from "../../ui/drive/cloud_path"
import type { Cloud } from "../../wire/clouds"
import type { Me } from "../../wire/api"
import { t } from "../../words/words"
import { orToast } from "../errors"
import { remember, remembered } from "../remembered"
import { navigate } from "../router"
import { listHref, notebookHref } from "../routes"
import { importAll } from "../uploads"
import { moveTo, starAll, toTrash } from "./actions"
import { DriveDestination, driveTransfers } from "./destination"
import { DriveWindows, type DriveWindow } from "./DriveWindows"
import { cloudsOf } from "./clouds_of"
import { usePages } from "./pages"
import { perform } from "./perform"
import { driveOf } from "./drive_of"

interface DriveRouteProps {
  readonly api: Api
  readonly user: Me["user"]
  /** The server says that nobody is signed in any more. */
  readonly onSignedOut: () => void
}

const home = "My Drive"
const gridKey = "colibri.drive.grid"

interface Place {
  readonly view: DriveView
  readonly path: string
}

/** What the address names, so that one comes back to it; "mine" is how an older page called My Drive. */
function placeInAddress(): Place {
  const address = new URLSearchParams(location.search)
  const named = address.get("view") === "mine" ? "folder" : address.get("view")
  return { view: driveViews.find((view) => view === named && view !== "search") ?? "recent", path: address.get("path") ?? home }
}

const hrefOfView = (view: DriveView, path = home): string =>
  view === "recent" ? listHref : view === "folder" && path !== home
    ? `${listHref}?view=folder&path=${encodeURIComponent(path)}` : `${listHref}?view=${view}`

const usualSort = (view: DriveView): { readonly sort: DriveSort; readonly descending: boolean } =>
  view === "folder" ? { sort: "name", descending: false }
    : view === "trash" ? { sort: "trashed", descending: true } : { sort: "opened", descending: true }

export function DriveRoute({ api, user, onSignedOut }: DriveRouteProps): JSX.Element {
  const [place, setPlace] = useState(placeInAddress)
  const [typed, setTyped] = useState("")
  const words = useSettled(typed.trim())
  const view = typed.trim() === "" ? place.view : "search"
  const [order, setOrder] = useState(() => usualSort(view))
  const [asGrid, setGrid] = useState(() => remembered(gridKey) === "1")
  const [selection, setSelection] = useState(noSelection)
  const [space, setSpace] = useState<Space | null>(null)
  const [shown, setShown] = useState<DriveWindow | null>(null)
  const [creating, setCreating] = useState(false)
  const [clouds, setClouds] = useState<readonly Cloud[]>([])
  const { path } = place
  useEffect(() => setOrder(usualSort(view)), [view])
  const query = useMemo<DriveQuery>(() => ({ view, path, words, ...order }), [view, path, words, order])
  const pages = usePages(driveOf(api), query, onSignedOut)
  const { reload, entries, want } = pages
  useEffect(() => setSelection(noSelection), [query])
  const measure = useCallback(() => void driveOf(api).space().then(setSpace, () => undefined), [api])
  const refresh = useCallback(async () => {
    setSelection(noSelection)
    await reload()
    measure()
  }, [reload, measure])

  const lookClouds = useCallback(() => void cloudsOf(api).list().then(setClouds, () => undefined), [api])
  useEffect(() => {
    document.title = `${t("drive.title")} – ${t("app.name")}`
    const back = (): void => setPlace(placeInAddress())
    addEventListener("popstate", back)
    return () => removeEventListener("popstate", back)
  }, [])
  useEffect(() => {
    // What is on the screen comes first.
    if (pages.total === null || space !== null) return
    measure()
    lookClouds()
  }, [pages.total, space, measure, lookClouds])
  useEffect(() => {
    const look = (): void => {
      if (!document.hidden) void reload()
    }
    document.addEventListener("visibilitychange", look)
    return () => document.removeEventListener("visibilitychange", look)
  }, [reload])

  const go = (to: DriveView, folder = home): void => {
    setTyped("")
    history.pushState(null, "", hrefOfView(to, folder))
    setPlace({ view: to, path: folder })
  }
  const open = (entry: DriveEntry): void => {
    if (view === "trash") return
    if (entry.kind === "folder") go("folder", entry.path)
    else if (entry.notebook) navigate(notebookHref(entry.notebook.id))
    else setShown({ kind: "preview", entry })
  }
  const create = async (): Promise<void> => {
    setCreating(true)
    await orToast(api.createNotebook(view === "folder" && !isInClouds(path) ? path : "").then((id) => navigate(notebookHref(id))))
    setCreating(false)
  }
  const upload = async (files: readonly IncomingFile[]): Promise<void> => {
    const only = files.length === 1 ? files[0] : undefined
    // A notebook that comes alone is opened.
    if (only && view !== "folder" && /\.ipynb$/i.test(only.file.name)) {
      const [id] = await importAll(api, [only.file])
      if (id !== undefined) navigate(notebookHref(id))
      return
    }
    for (const { path: below, file } of files) {
      driveTransfers.add(below, file, new DriveDestination(driveOf(api), `${view === "folder" ? path : home}/${below}`, file, () => {
        if (!driveTransfers.list().some(({ state }) => state === "waiting")) void refresh()
      }))
    }
  }
  const act = async (action: ItemAction): Promise<void> => {
    const chosen = await entries(selection.chosen)
    const changed = await perform(action, { api, user, chosen, from: view === "folder" ? path : null, open, show: setShown })
    if (changed) await refresh()
  }
  const star = async (index: number, entry: DriveEntry): Promise<void> => {
    pages.change(index, { ...entry, starred: !entry.starred })
    await starAll(api, [entry], !entry.starred)
    if (view === "starred") await refresh()
  }
  const drop = (paths: readonly string[], folder: string): void => void orToast(moveTo(api, paths, folder).then(refresh))
  return (
    <>
      <DrivePage user={user} total={pages.total} error={pages.error} at={pages.at} view={view} path={path} words={typed} {...order}
        clouds={clouds} onConnect={() => setShown({ kind: "cloud" })} asGrid={asGrid} selection={selection} onSelection={setSelection} space={space}
        hrefOf={(entry) => entry.notebook ? notebookHref(entry.notebook.id)
          : entry.kind === "folder" ? hrefOfView("folder", entry.path) : entry.path === "" ? undefined : fileHref(entry.path)}
        hrefOfView={hrefOfView} onView={go} onWords={setTyped} onShown={want} onOpen={open}
        onSort={(sort, descending) => setOrder({ sort, descending })}
        onGrid={(grid) => {
          setGrid(grid)
          remember(gridKey, grid ? "1" : null)
        }}
        onStar={(index, entry) => void orToast(star(index, entry))} onAction={(action) => void orToast(act(action))}
        onCreate={create} creating={creating} onNewFolder={() => setShown({ kind: "folder", path: view === "folder" ? path : home })}
        onFiles={(files) => void upload(files)} onEmptyTrash={() => setShown({ kind: "empty" })} onDrop={drop}
        onDropOn={(to, paths) => to === "folder" ? drop(paths, home) : void orToast(toTrash(api, paths).then(refresh))}
        onRetry={() => void reload()} />
      {shown && <DriveWindows api={api} user={user} shown={shown} onClose={() => setShown(null)} onChanged={refresh} onClouds={(connected) => {
        lookClouds()
        if (connected !== undefined) go("folder", `${cloudsFolder}/${connected}`)
      }} />}
      <Uploads />
    </>
  )
}

/** What was typed, when no more is for a moment. */
function useSettled(words: string): string {
  const [settled, setSettled] = useState(words)
  useEffect(() => {
    const timer = setTimeout(() => setSettled(words), words === "" ? 0 : 200)
    return () => clearTimeout(timer)
  }, [words])
  return settled
}

function Uploads(): JSX.Element | null {
  const transfers = useSyncExternalStore(driveTransfers.subscribe, driveTransfers.list)
  useEffect(() => {
    const leave = (event: BeforeUnloadEvent): void => {
      if (driveTransfers.busy) event.preventDefault()
    }
    addEventListener("beforeunload", leave)
    return () => removeEventListener("beforeunload", leave)
  }, [])
  return (
    <TransferList transfers={transfers} onCancel={(id) => driveTransfers.cancel(id)}
      onResume={(id, taken) => driveTransfers.resume(id, taken)} onClear={() => driveTransfers.clear()} />
  )
}
