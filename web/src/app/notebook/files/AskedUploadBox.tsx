import "./files.css"
import { useState, useSyncExternalStore, type DragEvent, type JSX, type ReactNode } from "react"
import { FileTrigger } from "react-aria-components"
import { Button } from "../../../ui/Button"
import { Dialog } from "../../../ui/Dialog"
import { askedEn } from "../../../words/asked_en"
import { askedZh } from "../../../words/asked_zh"
import { useLanguage } from "../../../words/use_language"
import type { AskedUpload } from "./asked_upload"
import { UploadRow } from "./UploadList"

interface AskedUploadBoxProps {
  readonly upload: AskedUpload
  readonly isWindow: boolean
}

/** Where the person chooses files for a program that waits, and sees them go. */
export function AskedUploadBox({ upload, isWindow }: AskedUploadBoxProps): JSX.Element {
  const words = useLanguage() === "en" ? askedEn : askedZh
  const ids = useSyncExternalStore(upload.subscribe, () => upload.ids)
  const { folder, name, several } = upload.wish
  const where = name === null ? folder : `${folder === "/" ? "" : folder}/${name}`
  const text = words[several ? "asked.several_text" : "asked.one_text"].replace("{where}", where)
  const box = (
    <Dropping onFiles={(files) => void upload.begin(files)}>
      {ids === null ? <p>{text}</p> : <Rows upload={upload} ids={ids} />}
      <div className="f-asked-buttons">
        {ids === null && (
          <FileTrigger allowsMultiple={several} onSelect={(list) => void upload.begin(Array.from(list ?? []))}>
            <Button variant="primary" size="small" icon="upload">{words[several ? "asked.several" : "asked.one"]}</Button>
          </FileTrigger>
        )}
        <Button variant="plain" size="small" onPress={() => upload.cancel()}>{words["asked.cancel"]}</Button>
      </div>
    </Dropping>
  )
  if (!isWindow) return <section className="f-asked" aria-label={words["asked.title"]}>{box}</section>
  return <Dialog isOpen dismissable={false} onClose={() => upload.cancel()} title={words["asked.title"]}>{box}</Dialog>
}

function Rows({ upload: { uploading }, ids }: { readonly upload: AskedUpload; readonly ids: readonly string[] }): JSX.Element {
  const uploads = useSyncExternalStore(uploading.subscribe, () => uploading.view)
  return (
    <ul className="f-asked-rows">
      {uploads.filter(({ id }) => ids.includes(id)).map((each) => <UploadRow key={each.id} uploading={uploading} upload={each} />)}
    </ul>
  )
}

/** Files may be dropped here too. */
function Dropping({ onFiles, children }: { readonly onFiles: (files: readonly File[]) => void; readonly children: ReactNode }): JSX.Element {
  const [over, setOver] = useState(false)
  const stop = (event: DragEvent): boolean => {
    if (!event.dataTransfer.types.includes("Files")) return false
    event.preventDefault()
    event.stopPropagation()
    return true
  }
  return (
    <div data-drop={over || undefined} className="f-asked-drop"
      onDragOver={(event) => setOver(stop(event))} onDragLeave={() => setOver(false)}
      onDrop={(event) => {
        setOver(false)
        if (stop(event)) onFiles(Array.from(event.dataTransfer.files))
      }}>{children}</div>
  )
}
