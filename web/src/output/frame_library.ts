/** The scripts of the drawers, fetched when the first output wants them, and kept for all frames. */
import { useEffect, useState } from "react"
import { libraryUrls } from "virtual:frame-libraries"
import type { Drawer } from "../frame/messages"

const loading = new Map<Drawer, Promise<Blob>>()

function load(drawer: Drawer): Promise<Blob> {
  const known = loading.get(drawer)
  if (known) return known
  const coming = fetch(libraryUrls[drawer], { credentials: "omit" }).then(async (answer) => {
    if (!answer.ok) throw new Error(`the server answered ${answer.status}`)
    return new Blob([await answer.arrayBuffer()], { type: "text/javascript" })
  })
  loading.set(drawer, coming)
  // The next output tries again.
  coming.catch(() => loading.delete(drawer))
  return coming
}

export type Library = Blob | "loading" | "failed"

export function useLibrary(drawer: Drawer): Library {
  const [library, setLibrary] = useState<Library>("loading")
  useEffect(() => {
    let wanted = true
    load(drawer).then(
      (blob) => wanted && setLibrary(blob),
      () => wanted && setLibrary("failed"))
    return () => {
      wanted = false
    }
  }, [drawer])
  return library
}
