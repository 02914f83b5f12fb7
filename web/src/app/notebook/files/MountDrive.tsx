import { useEffect, useState, type JSX } from "react"
import { DriveMountApi } from "../../../sync/drive_mount_api"
import { ApiError } from "../../../sync/http"
import { IconButton } from "../../../ui/Button"
import { MenuFrame, MenuItems, type MenuEntry } from "../../../ui/Menu"
import { showToast } from "../../../ui/toast"
import type { MountedDrive } from "../../../wire/meters"
import { mountSentence, mountWords } from "../../../words/mount"
import { serverWords } from "../../../words/server_sentences"
import { errorText } from "../../errors"
import { useNotebook, useSession, type OpenNotebook } from "../context"
import { DriveQuestion } from "../drive/DriveQuestion"
import { filesOf, viewPath } from "./files"

const usual = "/content/drive"

function say(text: string): void {
  showToast({ text, timeoutMs: 4000 })
}

async function orSay(work: Promise<void>): Promise<void> {
  try {
    await work
  } catch (error) {
    showToast({ text: error instanceof ApiError && error.status !== 0 ? mountSentence(error.detail) : errorText(error), level: "error" })
  }
}

/** Mounts the person's Drive in their own runtime, and takes it away again. */
export function MountDrive(): JSX.Element | null {
  const notebook = useNotebook()
  const { id, api, session } = notebook
  const drives = useSession(session, (view) => view.meters?.drives) ?? []
  const writable = useSession(session, (view) => view.writable)
  const me = useSession(session, (view) => view.user?.id)
  const inUse = useSession(session, (view) => view.inUse)
  const shared = useSession(session, (view) => view.runtimes.find(({ owner }) => owner === me)?.shared ?? false)
  const [remembered, setRemembered] = useState(false)
  const [asks, setAsks] = useState(false)
  const own = writable && inUse === me
  const routes = api.part(DriveMountApi)
  useEffect(() => {
    let gone = false
    // Also after each mount, by which a program may have been allowed to.
    if (own) void api.part(DriveMountApi).remembered(id).then((now) => { if (!gone) setRemembered(now) }, () => undefined)
    return () => { gone = true }
  }, [api, id, own, drives.length])
  if (!own) return null

  const mount = (remember: boolean): Promise<void> => orSay(routes.mount(id, remember).then(({ mountpoint, full, notes }) => {
    if (remember) setRemembered(true)
    say(mountWords(full ? "full" : "mounted", { place: mountpoint }))
    for (const note of notes) say(serverWords(note))
    filesOf(notebook).browsing.refresh()
  }))
  const act = (action: string): void => {
    const [word = "", ...rest] = action.split(" ")
    const place = rest.join(" ")
    switch (word) {
      case "mount": void mount(false); break
      case "show": void orSay(viewPath(notebook, { path: `${place}/MyDrive`, hex: null })); break
      case "unmount": void orSay(takeAway(notebook, routes, place)); break
      case "forget": void orSay(routes.forget(id).then(() => {
        setRemembered(false)
        say(mountWords("forgotten"))
      })); break
    }
  }
  const label = mountWords(drives.length > 0 || remembered ? "menu" : "mount")
  return (
    <>
      {drives.length > 0 || remembered ? (
        <MenuFrame trigger={<IconButton icon="disk" size={18} label={label} />}>
          <MenuItems label={label} items={itemsFor(drives, remembered)} onAction={act} />
        </MenuFrame>
      ) : <IconButton icon="disk" size={18} label={label} onPress={() => setAsks(true)} />}
      {asks && <DriveQuestion wish={{ mountpoint: usual, readonly: false, others: shared }} onAnswer={(granted, remember) => {
        setAsks(false)
        if (granted) void mount(remember)
      }} />}
    </>
  )
}

async function takeAway(notebook: OpenNotebook, routes: DriveMountApi, place: string): Promise<void> {
  await routes.unmount(notebook.id, place)
  say(mountWords("unmounted"))
  filesOf(notebook).browsing.refresh()
}

function itemsFor(drives: readonly MountedDrive[], remembered: boolean): readonly MenuEntry[] {
  return [
    ...drives.map(({ mountpoint: place }): MenuEntry => ({ id: `show ${place}`, label: mountWords("show", { place }), icon: "folder" })),
    ...drives.map(({ mountpoint: place }): MenuEntry => ({ id: `unmount ${place}`, label: mountWords("unmount", { place }), icon: "close" })),
    ...(drives.length === 0 ? [{ id: "mount", label: mountWords("mount"), icon: "disk" } as const] : []),
    ...(remembered ? [{ separator: "consent" }, { id: "forget", label: mountWords("forget"), icon: "restore" } as const] : []),
  ]
}

/** Where the Drive is, below the tools. */
export function MountedDrives(): JSX.Element | null {
  const { session } = useNotebook()
  const drives = useSession(session, (view) => view.meters?.drives) ?? []
  return drives.length === 0 ? null : (
    <ul className="f-drives">
      {drives.map(({ mountpoint: place, readonly }) => (
        <li key={place}>{mountWords(readonly ? "at_readonly" : "at", { place: `${place}/MyDrive` })}</li>
      ))}
    </ul>
  )
}
