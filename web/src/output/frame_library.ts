/** The scripts of the names, fetched when the first output wants them, and kept for all frames. */
import { useEffect, useState } from "react"
import { libraryUrls } from "virtual:frame-libraries"

export type LibraryName = keyof typeof libraryUrls

const loading = new Map<LibraryName, Promise<Blob>>()

function load(name: LibraryName): Promise<Blob> {
  const known = loading.get(name)
  if (known) return known
  const coming = fetch(libraryUrls[name], { credentials: "omit" }).then(async (answer) => {
    if (!answer.ok) throw new Error(`the server answered ${answer.status}`)
    return new Blob([await answer.arrayBuffer()], { type: "text/javascript" })
  })
  loading.set(name, coming)
  // The next output tries again.
  coming.catch(() => loading.delete(name))
  return coming
}

export type Library = Blob | "loading" | "failed"

export function useLibrary(name: LibraryName): Library {
  const [library, setLibrary] = useState<Library>("loading")
  useEffect(() => {
    let wanted = true
    load(name).then(
      (blob) => wanted && setLibrary(blob),
      () => wanted && setLibrary("failed"))
    return () => {
      wanted = false
    }
  }, [name])
  return library
}
