/** What is done with files and folders, and what is said about it. */
import type { Api } from "../../sync/http"
import { zipHref, fileHref } from "../../sync/drive_api"
import { isOwn } from "../../ui/drive/item_menu"
import { showToast } from "../../ui/toast"
import type { DriveEntry, Outcome } from "../../wire/drive"
import type { NotebookId } from "../../wire/ids"
import { serverWords } from "../../words/server_sentences"
import { t, tn } from "../../words/words"
import { cloudWords } from "../../words/clouds"
import type { CloudsApi } from "../../sync/clouds_api"
import { importAll } from "../uploads"
import { cloudsOf } from "./clouds_of"
import { driveOf } from "./drive_of"

const mostAtOnce = 500

/** In pieces that the server takes. */
async function inPieces(things: readonly string[], act: (some: readonly string[]) => Promise<readonly Outcome[]>): Promise<readonly Outcome[]> {
  const all: Outcome[] = []
  for (let from = 0; from < things.length; from += mostAtOnce) all.push(...await act(things.slice(from, from + mostAtOnce)))
  return all
}

/** Says what went wrong, once for each reason; returns where the others are. */
function tell(outcomes: readonly Outcome[]): readonly string[] {
  const reasons = new Set(outcomes.flatMap((outcome) => "error" in outcome ? [serverWords(outcome.error.detail)] : []))
  for (const text of [...reasons].slice(0, 3)) showToast({ text, level: "error" })
  return outcomes.flatMap((outcome) => "path" in outcome ? [outcome.path] : [])
}

const pathsOf = (entries: readonly DriveEntry[]): readonly string[] => entries.filter(isOwn).map(({ path }) => path)

export async function moveTo(api: Api, paths: readonly string[], folder: string): Promise<void> {
  const moved = tell(await inPieces(paths, (some) => driveOf(api).move(some, folder)))
  if (moved.length > 0) {
    showToast({ text: tn("drive.moved", moved.length, { folder: folder.split("/").at(-1) ?? folder }), level: "success" })
  }
}

export async function toTrash(api: Api, paths: readonly string[]): Promise<void> {
  const trashed = tell(await inPieces(paths, (some) => driveOf(api).trash(some)))
  if (trashed.length > 0) showToast({ text: tn("drive.trashed", trashed.length), level: "success" })
}

/** Out of a cloud, where there is no way back. */
export async function eraseInCloud(api: Api, paths: readonly string[]): Promise<void> {
  const erased = tell(await inPieces(paths, (some) => driveOf(api).trash(some)))
  if (erased.length > 0) showToast({ text: cloudWords("erased"), level: "success" })
}

/** The cloud of this name, by its own route. */
export async function withCloud(api: Api, name: string, act: (clouds: CloudsApi, id: string) => Promise<void>): Promise<void> {
  const clouds = cloudsOf(api)
  const found = (await clouds.list()).find((cloud) => cloud.name === name)
  if (found) await act(clouds, found.id)
}

export async function restore(api: Api, entries: readonly DriveEntry[]): Promise<void> {
  const back = tell(await inPieces(entries.map(({ name }) => name), (some) => driveOf(api).restore(some)))
  if (back.length > 0) showToast({ text: tn("drive.restored", back.length), level: "success" })
}

export async function erase(api: Api, entries: readonly DriveEntry[]): Promise<void> {
  tell(await inPieces(entries.map(({ name }) => name), (some) => driveOf(api).erase(some)))
}

/** Notebooks of a cloud as one's own: here they can be opened. */
export async function copyFromCloud(api: Api, entries: readonly DriveEntry[]): Promise<readonly NotebookId[]> {
  const files: File[] = []
  for (const { path, name } of entries) files.push(new File([await api.wholeOf(fileHref(path))], name))
  return importAll(api, files)
}

/** Beside each its copy; notebooks of others come into one's own Drive. */
export async function copyAll(api: Api, entries: readonly DriveEntry[]): Promise<void> {
  let copies = 0
  for (const entry of entries) {
    if (isOwn(entry)) copies += tell(await driveOf(api).copy([entry.path], entry.place)).length
    else if (entry.notebook) {
      await api.sharing.copy(entry.notebook.id)
      copies += 1
    }
  }
  if (copies > 0) showToast({ text: t("drive.copied"), level: "success" })
}

export async function starAll(api: Api, entries: readonly DriveEntry[], starred: boolean): Promise<void> {
  for (const { notebook, path } of entries) {
    if (notebook) await api.sharing.star(notebook.id, starred)
    else if (path !== "") await driveOf(api).star(path, starred)
  }
}

export function download(entries: readonly DriveEntry[]): void {
  const [first] = entries
  const link = document.createElement("a")
  link.href = entries.length === 1 && first && first.kind !== "folder" ? fileHref(first.path) : zipHref(pathsOf(entries))
  link.download = ""
  document.body.append(link)
  link.click()
  link.remove()
}
