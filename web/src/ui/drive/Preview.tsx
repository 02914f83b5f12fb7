import type { JSX } from "react"
import { t, tn } from "../../words/words"
import { Button } from "../Button"
import { Dialog } from "../Dialog"
import { Icon } from "../icons"
import { Spinner } from "../Spinner"

/** What a file looks like, as far as it was fetched. */
export type PreviewContent =
  | { readonly kind: "loading" }
  | { readonly kind: "failed"; readonly why: string }
  | { readonly kind: "none" }
  | { readonly kind: "image" | "pdf"; readonly href: string }
  /** A document of its own that runs nothing. */
  | { readonly kind: "page"; readonly html: string }
  | { readonly kind: "text"; readonly text: string; readonly isCut: boolean }
  | { readonly kind: "table"; readonly rows: readonly (readonly string[])[]; readonly isCut: boolean }

interface PreviewProps {
  readonly name: string
  readonly content: PreviewContent
  /** It will fill the window: what stands below keeps its place when it comes. */
  readonly isTall: boolean
  readonly downloadHref: string
  /** Of what can be opened from here. */
  readonly onOpen?: () => void
  readonly onClose: () => void
}

/** A look into a file without downloading it. */
export function Preview({ name, content, isTall, downloadHref, onOpen, onClose }: PreviewProps): JSX.Element {
  return (
    <Dialog isOpen size="large" title={name} onClose={onClose} footer={
      <>
        <a className="c-button c-button-quiet c-button-normal" href={downloadHref} download={name}>
          <Icon name="download" size={18} /><span className="c-button-words">{t("drive.download")}</span>
        </a>
        {onOpen && <Button variant="primary" icon="notebook" onPress={onOpen}>{t("drive.open")}</Button>}
      </>
    }>
      <div className={isTall ? "d-preview d-preview-tall" : "d-preview"}><Content name={name} content={content} /></div>
    </Dialog>
  )
}

function Content({ name, content }: Pick<PreviewProps, "name" | "content">): JSX.Element {
  switch (content.kind) {
    case "loading": return <Spinner label={t("app.loading")} size={24} />
    case "failed": return <p role="alert">{t("drive.preview_failed")} {content.why}</p>
    case "none": return <p>{t("drive.preview_none")}</p>
    case "image": return <img src={content.href} alt={name} />
    case "pdf": return <iframe src={content.href} title={name} />
    case "page": return <iframe srcDoc={content.html} title={name} sandbox="" />
    case "text":
      return (
        <>
          {content.isCut && <p className="d-note">{t("drive.preview_cut")}</p>}
          <pre tabIndex={0}>{content.text}</pre>
        </>
      )
    case "table": {
      const [head = [], ...rows] = content.rows
      return (
        <>
          <p className="d-note">{tn("drive.preview_rows", rows.length)}{content.isCut && ` · ${t("drive.preview_cut")}`}</p>
          <div className="d-table" tabIndex={0} role="region" aria-label={name}>
            <table>
              <thead><tr>{head.map((cell, index) => <th key={index} scope="col">{cell}</th>)}</tr></thead>
              <tbody>{rows.slice(0, 500).map((row, index) => (
                <tr key={index}>{row.map((cell, column) => <td key={column}>{cell}</td>)}</tr>
              ))}</tbody>
            </table>
          </div>
        </>
      )
    }
  }
}
