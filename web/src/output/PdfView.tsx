import { useEffect, useState, type JSX } from "react"
import { t } from "../words/words"
import { DrawingView } from "./DrawingView"

interface PdfViewProps {
  readonly blob: Blob
}

/** A PDF, drawn by its library in a sandboxed frame. */
export function PdfView({ blob }: PdfViewProps): JSX.Element {
  const [text, setText] = useState<string | null>(null)
  useEffect(() => {
    let over = false
    void base64Of(blob).then((data) => {
      if (!over) setText(JSON.stringify({ data, label: t("files.page") }))
    })
    return () => {
      over = true
    }
  }, [blob])
  if (text === null) return <div className="o-drawing-wait" role="status">{t("output.loading")}</div>
  return <DrawingView drawer="pdf" text={text} memory={blob} trusted />
}

async function base64Of(blob: Blob): Promise<string> {
  const url = await new Promise<string>((resolve, reject) => {
    const reader = new FileReader()
    reader.onload = () => resolve(typeof reader.result === "string" ? reader.result : "")
    reader.onerror = () => reject(reader.error ?? new Error("the file could not be read"))
    reader.readAsDataURL(blob)
  })
  return url.slice(url.indexOf(",") + 1)
}
