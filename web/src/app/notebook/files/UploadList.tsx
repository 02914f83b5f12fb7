import { useSyncExternalStore, type JSX } from "react"
import { ProgressBar } from "react-aria-components"
import { Button, IconButton } from "../../../ui/Button"
import { nameOf } from "../../../wire/runtime_files"
import { formatBytes, formatPercent, t } from "../../../words/words"
import { useNotebook } from "../context"
import { filesOf } from "./files"
import type { Upload, Uploading } from "./uploading"

const longest = 100

/** What is on its way into the runtime: how far, what broke off, and what to do about a name that is there. */
export function UploadList(): JSX.Element | null {
  const { uploading } = filesOf(useNotebook())
  const uploads = useSyncExternalStore(uploading.subscribe, () => uploading.view)
  if (uploads.length === 0) return null
  const over = uploads.every(({ state }) => state === "done" || state === "cancelled")
  return (
    <section className="f-uploads" aria-label={t("files.uploads")}>
      <header>
        <h3>{t("files.uploads")}</h3>
        {over && <IconButton icon="close" size={16} label={t("files.uploads_clear")} onPress={() => uploading.clear()} />}
      </header>
      <ul>{uploads.slice(-longest).map((upload) => <UploadRow key={upload.id} uploading={uploading} upload={upload} />)}</ul>
    </section>
  )
}

export function UploadRow({ uploading, upload }: { readonly uploading: Uploading; readonly upload: Upload }): JSX.Element {
  const { id, path, size, sent, state, why } = upload
  const name = nameOf(path)
  const share = size === 0 ? 1 : sent / size
  return (
    <li className={`f-upload f-upload-${state}`}>
      <div className="f-upload-line">
        <bdi className="f-name" title={path}>{name}</bdi>
        <span className="f-upload-state">{wordsOf(upload)}</span>
        {(state === "sending" || state === "waiting" || state === "broken") &&
          <IconButton icon="close" size={16} label={t("files.cancel", { name })} onPress={() => uploading.cancel(id)} />}
      </div>
      {(state === "sending" || state === "finishing") &&
        <ProgressBar className="f-bar" aria-label={name} value={share} maxValue={1} valueLabel={formatPercent(share)}>
          <div className="f-bar-fill" style={{ width: `${share * 100}%` }} />
        </ProgressBar>}
      {state === "broken" && (
        <div className="f-upload-ask" role="alert"><p>{why}</p>
          <Button size="small" onPress={() => uploading.resume(id)}>{t("files.resume")}</Button></div>
      )}
      {state === "collision" && (
        <div className="f-upload-ask" role="alert"><p>{t("files.exists")}</p>
          <Button size="small" onPress={() => uploading.decide(id, "replace")}>{t("files.replace")}</Button>
          <Button size="small" onPress={() => uploading.decide(id, "keep_both")}>{t("files.keep_both")}</Button>
          <Button size="small" variant="plain" onPress={() => uploading.decide(id, null)}>{t("action.cancel")}</Button></div>
      )}
    </li>
  )
}

function wordsOf({ state, size, sent }: Upload): string {
  switch (state) {
    case "waiting": return t("files.waits")
    case "sending": return t("files.sent", { sent: formatBytes(sent), size: formatBytes(size) })
    case "finishing": return t("files.finishing")
    case "done": return formatBytes(size)
    case "cancelled": return t("files.cancelled")
    case "broken": return t("files.broken")
    case "collision": return ""
  }
}
