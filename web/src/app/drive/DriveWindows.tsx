import { useEffect, useState, type JSX } from "react"
import type { Api } from "../../sync/http"
import { fileHref } from "../../sync/drive_api"
import { ConfirmDialog } from "../../ui/Dialog"
import { MoveDialog } from "../../ui/drive/MoveDialog"
import { NameDialog } from "../../ui/drive/NameDialog"
import { Preview, type PreviewContent } from "../../ui/drive/Preview"
import { shownName } from "../../ui/drive/ItemRow"
import type { DriveEntry } from "../../wire/drive"
import type { Me, NotebookEntry } from "../../wire/api"
import { t, tn } from "../../words/words"
import { errorText, orToast } from "../errors"
import { lateWindow } from "../late_part"
import { navigate } from "../router"
import { notebookHref } from "../routes"
import { cloudWords } from "../../words/clouds"
import { isCloud } from "../../ui/drive/cloud_path"
import { erase, eraseInCloud, moveTo, withCloud } from "./actions"
import { previewOf } from "./preview"
import { driveOf } from "./drive_of"

const CloudWindow = lateWindow(async () => (await import("./CloudWindow")).CloudWindow)
const Share = lateWindow(async () => (await import("../sharing/Share")).Share)

export type DriveWindow =
  | { readonly kind: "folder"; readonly path: string }
  | { readonly kind: "rename" | "preview"; readonly entry: DriveEntry }
  | { readonly kind: "move"; readonly paths: readonly string[]; readonly from: string }
  | { readonly kind: "erase"; readonly entries: readonly DriveEntry[] }
  | { readonly kind: "empty" }
  | { readonly kind: "cloud"; readonly name?: string }
  | { readonly kind: "disconnect"; readonly name: string }
  | { readonly kind: "cloud_erase"; readonly paths: readonly string[] }
  | { readonly kind: "share"; readonly notebook: NotebookEntry }

interface DriveWindowsProps {
  readonly api: Api
  readonly user: Me["user"]
  readonly shown: DriveWindow
  readonly onClose: () => void
  readonly onChanged: () => Promise<void>
  /** Which clouds there are is another now; the one of this name is new. */
  readonly onClouds: (connected?: string) => void
}

/** Null when it was done, else why not. */
async function refusal(work: Promise<unknown>): Promise<string | null> {
  try {
    await work
    return null
  } catch (error) {
    return errorText(error)
  }
}

/** The one window that stands over the Drive. */
export function DriveWindows({ api, user, shown, onClose, onChanged, onClouds }: DriveWindowsProps): JSX.Element {
  const [foldersIn] = useState(() => async (path: string): Promise<readonly string[]> => {
    const found = await driveOf(api).page({ view: "folder", path, sort: "name", descending: false }, 0, 1000, "")
    return found.entries.filter(({ kind }) => kind === "folder").map((entry) => entry.path)
  })
  const renameCloud = (from: string, to: string): Promise<void> =>
    withCloud(api, from, (clouds, id) => clouds.rename(id, to)).then(() => onClouds())
  switch (shown.kind) {
    case "folder":
      return <NameDialog title={t("drive.new_folder")} label={t("drive.new_folder_label")} initial="" confirm={t("drive.make")} onClose={onClose}
        onName={(name) => refusal(driveOf(api).makeFolder(`${shown.path}/${name}`).then(onChanged))} />
    case "rename": {
      const { entry } = shown
      const { notebook } = entry
      return <NameDialog title={t("drive.rename_title", { name: shownName(entry) })} label={t("list.rename_label")} initial={shownName(entry)}
        confirm={t("drive.rename")} onClose={onClose}
        onName={(name) => refusal((isCloud(entry.path) ? renameCloud(entry.name, name) : notebook ? api.renameNotebook(notebook.id, name) : driveOf(api).rename(entry.path, name)).then(onChanged))} />
    }
    case "move":
      return <MoveDialog from={shown.from} paths={shown.paths} foldersIn={foldersIn} onClose={onClose} onMove={(folder) => {
        onClose()
        void orToast(moveTo(api, shown.paths, folder).then(onChanged))
      }} />
    case "erase":
      return <ConfirmDialog isOpen danger title={tn("drive.erase_title", shown.entries.length)} text={t("drive.erase_text")}
        confirmLabel={t("drive.erase")} onClose={onClose} onConfirm={() => orToast(erase(api, shown.entries).then(onChanged))} />
    case "cloud":
      return <CloudWindow api={api} {...(shown.name === undefined ? {} : { name: shown.name })} onClose={onClose} onChanged={(name) => {
        onClouds(shown.name === undefined ? name : undefined)
        void onChanged()
      }} />
    case "disconnect":
      return <ConfirmDialog isOpen danger title={cloudWords("disconnect_title", { name: shown.name })} text={cloudWords("disconnect_text")}
        confirmLabel={cloudWords("disconnect")} onClose={onClose}
        onConfirm={() => orToast(withCloud(api, shown.name, (clouds, id) => clouds.disconnect(id)).then(() => onClouds()).then(onChanged))} />
    case "cloud_erase":
      return <ConfirmDialog isOpen danger title={cloudWords("erase_title")} text={cloudWords("erase_text")} confirmLabel={cloudWords("erase")}
        onClose={onClose} onConfirm={() => orToast(eraseInCloud(api, shown.paths).then(onChanged))} />
    case "empty":
      return <ConfirmDialog isOpen danger title={t("drive.empty_title")} text={t("drive.erase_text")} confirmLabel={t("drive.empty_trash")}
        onClose={onClose} onConfirm={() => orToast(driveOf(api).emptyTrash().then(onChanged))} />
    case "share":
      return <Share api={api} user={user} id={shown.notebook.id} title={shown.notebook.title} onLeave={onClose} onClose={() => {
        onClose()
        void onChanged()
      }} />
    case "preview": return <Look api={api} entry={shown.entry} onClose={onClose} />
  }
}

function Look({ api, entry, onClose }: { readonly api: Api; readonly entry: DriveEntry; readonly onClose: () => void }): JSX.Element {
  const [content, setContent] = useState<PreviewContent>({ kind: "loading" })
  useEffect(() => {
    void previewOf(entry, (path, bytes) => api.beginningOf(fileHref(path), bytes)).then(setContent)
  }, [api, entry])
  const { notebook } = entry
  return (
    <Preview name={entry.name} content={content} isTall={/\.(ipynb|pdf)$/i.test(entry.name)} downloadHref={fileHref(entry.path)} onClose={onClose}
      {...(notebook ? { onOpen: () => navigate(notebookHref(notebook.id)) } : {})} />
  )
}
