import { useCallback, useEffect, useMemo, useState, type JSX } from "react"
import { imageType, kindOf, textOf } from "../../../model/file_kind"
import { parseCsv } from "../../../model/csv"
import { tableOfTexts } from "../../../model/data_table"
import { InteractiveTable } from "../../../output/InteractiveTable"
import { MarkdownView } from "../../../output/MarkdownView"
import { PdfView } from "../../../output/PdfView"
import { Button } from "../../../ui/Button"
import { Spinner } from "../../../ui/Spinner"
import { nameOf, type Place } from "../../../wire/runtime_files"
import { formatNumber, t } from "../../../words/words"
import { errorText } from "../../errors"
import { useNotebook } from "../context"
import { filesOf, downloadFile } from "./files"
import type { LineWish } from "./open_files"
import { TextEditor } from "./TextEditor"

/** What is shown of a file at most; a larger one is downloaded. */
const mostBytes = { image: 64 << 20, pdf: 32 << 20, table: 24 << 20, markdown: 4 << 20, text: 8 << 20 } as const
const mostRows = 20_000

type Content =
  | { readonly state: "loading" }
  | { readonly state: "failed"; readonly why: string }
  | { readonly state: "large" }
  | { readonly state: "binary" }
  | { readonly state: "there"; readonly blob: Blob; readonly text: string; readonly version: string }

interface FileViewProps {
  /** What its tab is called by. */
  readonly name: string
  readonly place: Place
  readonly wish: LineWish | null
  /** Counts what happens in the file's folder. */
  readonly changed: number
  readonly onUnsaved: (is: boolean) => void
  readonly takesKeyboard: () => boolean
}

/** A file in its tab: as a picture, a table, a document, or as text to edit. */
export function FileView(props: FileViewProps): JSX.Element {
  const { place, changed } = props
  const notebook = useNotebook()
  const name = nameOf(place.path)
  const kind = kindOf(name)
  const [draft] = useState(() => filesOf(notebook).drafts.of(props.name))
  const [source, setSource] = useState(draft !== null)
  const asText = kind === "text" || source
  const { content, load } = useContent(place, asText ? "text" : kind)
  useFollow(place, content, changed, asText ? null : load)
  const tools = (
    <>
      {(kind === "table" || kind === "markdown") &&
        <Button size="small" variant="plain" onPress={() => setSource(!source)}>{t(source ? "files.show_drawn" : "files.edit_text")}</Button>}
      <Button size="small" variant="plain" icon="download" onPress={() => downloadFile(notebook, place, false)}>{t("files.download")}</Button>
    </>
  )
  if (content.state === "loading") return <div className="f-view-note"><Spinner size={22} label={t("files.loading")} /></div>
  if (content.state === "failed" && draft) return <TextEditor {...props} text={draft.text} version={draft.version} tools={tools} />
  if (content.state !== "there") {
    const why = content.state === "failed" ? content.why : t(content.state === "large" ? "files.too_large" : "files.binary")
    return (
      <div className="f-view-note" role="alert"><p>{why}</p>
        {content.state === "failed" && <Button size="small" onPress={() => void load()}>{t("action.retry")}</Button>}
        {tools}</div>
    )
  }
  if (asText) {
    return <TextEditor key={String(source)} {...props} text={content.text} version={content.version} tools={tools} />
  }
  return (
    <div className="f-view">
      <div className="f-view-tools">{tools}</div>
      <Drawn kind={kind} name={name} blob={content.blob} text={content.text} />
    </div>
  )
}

function useContent(place: Place, kind: keyof typeof mostBytes): { readonly content: Content; readonly load: () => Promise<void> } {
  const { api } = filesOf(useNotebook())
  const [content, setContent] = useState<Content>({ state: "loading" })
  const load = useCallback(async () => {
    try {
      const { blob, version, whole } = await api.read(place, mostBytes[kind])
      if (!whole) {
        setContent({ state: "large" })
        return
      }
      const isText = kind !== "image" && kind !== "pdf"
      const text = isText ? textOf(new Uint8Array(await blob.arrayBuffer())) : ""
      setContent(text === null ? { state: "binary" } : { state: "there", blob, text, version })
    } catch (error) {
      setContent({ state: "failed", why: errorText(error) })
    }
  }, [api, place, kind])
  useEffect(() => {
    void load()
  }, [load])
  return { content, load }
}

/** What is only looked at is shown anew when it changes. */
function useFollow(place: Place, content: Content, changed: number, load: (() => Promise<void>) | null): void {
  const { api } = filesOf(useNotebook())
  const version = content.state === "there" ? content.version : null
  useEffect(() => {
    if (changed === 0 || load === null || version === null) return
    let over = false
    void api.status(place).then((now) => {
      if (!over && now.version !== version) void load()
    }, () => undefined)
    return () => {
      over = true
    }
    // A change is what it waits for.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [changed])
}

interface DrawnProps {
  readonly kind: ReturnType<typeof kindOf>
  readonly name: string
  readonly blob: Blob
  readonly text: string
}

function Drawn({ kind, name, blob, text }: DrawnProps): JSX.Element | null {
  switch (kind) {
    case "image": return <Picture blob={blob} name={name} />
    case "markdown": return <div className="f-document"><MarkdownView source={text} /></div>
    case "table": return <Table text={text} />
    case "pdf": return <div className="f-pdf"><PdfView blob={blob} /></div>
    case "text": return null
  }
}

function useUrl(blob: Blob, type: string): string {
  const [url, setUrl] = useState("")
  useEffect(() => {
    const made = URL.createObjectURL(new Blob([blob], { type }))
    setUrl(made)
    return () => URL.revokeObjectURL(made)
  }, [blob, type])
  return url
}

function Picture({ blob, name }: { readonly blob: Blob; readonly name: string }): JSX.Element {
  const url = useUrl(blob, imageType(name))
  const [size, setSize] = useState("")
  return (
    <figure className="f-picture">
      {url !== "" && <img src={url} alt={name} onLoad={({ currentTarget: { naturalWidth, naturalHeight } }) =>
        setSize(`${formatNumber(naturalWidth)} × ${formatNumber(naturalHeight)}`)} onError={() => setSize(t("files.no_picture"))} />}
      <figcaption>{size}</figcaption>
    </figure>
  )
}

function Table({ text }: { readonly text: string }): JSX.Element {
  const table = useMemo(() => {
    const [names = [], ...found] = parseCsv(text, mostRows + 2)
    const rest = found.slice(0, mostRows)
    const more = found.length > mostRows
    const width = Math.max(names.length, ...rest.slice(0, 100).map((row) => row.length))
    const all = Array.from({ length: width }, (_, at) => names[at] ?? "")
    return { more, data: tableOfTexts(all, 0, rest, rest.length, width) }
  }, [text])
  return (
    <div className="f-document">
      <InteractiveTable table={table.data} onPlain={null} />
      {table.more && <p className="f-note">{t("files.first_rows", { count: formatNumber(mostRows) })}</p>}
    </div>
  )
}
