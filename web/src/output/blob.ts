/** Large payloads lie on the server under their hash; they are fetched once and never change. */
import { useEffect, useState } from "react"
import type { NotebookId } from "../wire/ids"
import type { BlobRef } from "../wire/output"

/** More than this of text is not taken into the page. */
const mostBytes = 64_000_000

export type BlobText =
  | { readonly state: "loading" }
  | { readonly state: "failed" }
  | { readonly state: "ready"; readonly text: string }

export function blobUrl(notebookId: NotebookId, blob: BlobRef): string {
  return `/api/notebooks/${encodeURIComponent(notebookId)}/blobs/${encodeURIComponent(blob.sha256)}`
}

/** The text of a blob; null for `blob` asks for none. */
export function useBlobText(notebookId: NotebookId, blob: BlobRef | null): BlobText {
  const url = blob ? blobUrl(notebookId, blob) : null
  const tooMuch = blob !== null && blob.bytes > mostBytes
  const [loaded, setLoaded] = useState<{ url: string; result: BlobText } | null>(null)
  useEffect(() => {
    if (url === null || tooMuch) return
    const abort = new AbortController()
    blobText(url, abort.signal).then(
      (text) => setLoaded({ url, result: { state: "ready", text } }),
      () => {
        if (!abort.signal.aborted) setLoaded({ url, result: { state: "failed" } })
      })
    return () => abort.abort()
  }, [url, tooMuch])
  if (tooMuch) return { state: "failed" }
  return loaded !== null && loaded.url === url ? loaded.result : { state: "loading" }
}

export async function blobText(url: string, signal?: AbortSignal): Promise<string> {
  const answer = await fetch(url, { ...(signal ? { signal } : {}), credentials: "same-origin" })
  if (!answer.ok) throw new Error(`the server answered ${answer.status}`)
  return await answer.text()
}
