/** Carries out what was chosen in a menu, for all that is chosen in the list. */
import type { Api } from "../../sync/http"
import { isOwn, type ItemAction } from "../../ui/drive/item_menu"
import type { DriveEntry } from "../../wire/drive"
import type { Me } from "../../wire/api"
import { navigate } from "../router"
import { notebookHref } from "../routes"
import { copyAll, copyFromCloud, download, restore, starAll, toTrash } from "./actions"
import { isCloud, isInClouds } from "../../ui/drive/cloud_path"
import type { DriveWindow } from "./DriveWindows"

export interface Chosen {
  readonly api: Api
  readonly user: Me["user"]
  readonly chosen: readonly DriveEntry[]
  /** The folder that is shown; null: each is where it is. */
  readonly from: string | null
  readonly open: (entry: DriveEntry) => void
  readonly show: (window: DriveWindow) => void
}

/** Whether the list is another one now. */
export async function perform(action: ItemAction, { api, user, chosen, from, open, show }: Chosen): Promise<boolean> {
  const [first] = chosen
  if (!first) return false
  const paths = chosen.filter(isOwn).map(({ path }) => path)
  switch (action) {
    case "open":
      open(first)
      return false
    case "preview":
      show({ kind: "preview", entry: first })
      return false
    case "tab":
      if (first.notebook) globalThis.open(notebookHref(first.notebook.id), "_blank", "noopener")
      return false
    case "download":
      download(chosen)
      return false
    case "share":
      if (first.notebook) show({ kind: "share", notebook: first.notebook })
      return false
    case "rename":
      show({ kind: "rename", entry: first })
      return false
    case "move":
      show({ kind: "move", paths, from: from ?? first.place })
      return false
    case "erase":
      show({ kind: "erase", entries: chosen })
      return false
    case "star":
      await starAll(api, chosen, !chosen.every(({ starred }) => starred))
      return true
    case "copy": {
      if (!paths.some(isInClouds)) {
        await copyAll(api, chosen)
        return true
      }
      const [id] = await copyFromCloud(api, chosen)
      if (id !== undefined && chosen.length === 1) navigate(notebookHref(id))
      return false
    }
    case "cloud":
      show({ kind: "cloud", name: first.name })
      return false
    case "disconnect":
      show({ kind: "disconnect", name: first.name })
      return false
    case "trash":
      if (paths.some(isInClouds)) {
        show(isCloud(first.path) ? { kind: "disconnect", name: first.name } : { kind: "cloud_erase", paths })
        return false
      }
      await toTrash(api, paths)
      return true
    case "restore":
      await restore(api, chosen)
      return true
    case "forget":
      for (const { notebook } of chosen) if (notebook) await api.sharing.revoke(notebook.id, user.email)
      return true
  }
}
