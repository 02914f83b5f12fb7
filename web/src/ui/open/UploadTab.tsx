import { useState, type JSX } from "react"
import { DropZone, FileTrigger, Text } from "react-aria-components"
import { t } from "../../words/words"
import { Button } from "../Button"
import { Icon } from "../icons"
import { showToast } from "../toast"

interface UploadTabProps {
  readonly onUpload: (files: readonly File[]) => Promise<void>
}

/** Takes notebooks from this computer: dropped, pasted or chosen. */
export function UploadTab({ onUpload }: UploadTabProps): JSX.Element {
  const [pending, setPending] = useState(false)
  const take = async (files: readonly File[]): Promise<void> => {
    const notebooks = files.filter(({ name }) => name.toLowerCase().endsWith(".ipynb"))
    if (notebooks.length < files.length) showToast({ text: t("list.not_notebook"), level: "warning" })
    if (notebooks.length === 0) return
    setPending(true)
    try {
      await onUpload(notebooks)
    } finally {
      setPending(false)
    }
  }
  return (
    <DropZone className="o-upload" aria-label={t("open.drop")} getDropOperation={() => "copy"} onDrop={(event) => {
      void Promise.all(event.items.flatMap((item) => item.kind === "file" ? [item.getFile()] : [])).then(take)
    }}>
      <Icon name="upload" size={40} />
      <Text slot="label" className="o-upload-words">{t("open.drop")}</Text>
      <span className="o-upload-or">{t("open.or")}</span>
      <FileTrigger acceptedFileTypes={[".ipynb"]} allowsMultiple onSelect={(files) => void take(Array.from(files ?? []))}>
        <Button variant="primary" pending={pending}>{t("open.choose")}</Button>
      </FileTrigger>
      <p className="c-hint">{t("open.upload_hint")}</p>
    </DropZone>
  )
}
