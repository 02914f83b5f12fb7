import { lazy, Suspense, useMemo, useState, type JSX } from "react"
import { isOpened, parseTable, type DataTable } from "../model/data_table"
import type { NotebookId } from "../wire/ids"
import { member, parseJson } from "../wire/json"
import type { DisplayOutput } from "../wire/output"
import { t } from "../words/words"
import { useBlobText } from "./blob"
import { HtmlView } from "./HtmlView"
import { tableInHtml } from "./html_table"

/** All the rows of a table that the HTML beside it shows cut short. */
export const tableType = "application/vnd.colibri.table+json"

const InteractiveTable = lazy(async () => ({ default: (await import("./InteractiveTable")).InteractiveTable }))

interface DataFrameViewProps {
  readonly html: string
  readonly output: DisplayOutput
  readonly notebookId: NotebookId
  readonly trusted: boolean
}

/** HTML of an output that holds a DataFrame: can be turned into a table that sorts and filters. */
export function DataFrameView({ html, output, notebookId, trusted }: DataFrameViewProps): JSX.Element {
  const [interactive, setInteractive] = useState(() => isOpened(member(output.data, tableType)))
  const plain = <HtmlView html={html} memory={output.data} trusted={trusted} />
  return (
    <div className="o-data-frame">
      {interactive
        ? <Interactive html={html} output={output} notebookId={notebookId} plain={plain}
            onPlain={() => setInteractive(false)} />
        : <>
          {plain}
          <button type="button" className="o-button o-to-interactive" onClick={() => setInteractive(true)}>
            {t("table.interactive")}
          </button>
        </>}
    </div>
  )
}

interface InteractiveProps extends Omit<DataFrameViewProps, "trusted"> {
  readonly plain: JSX.Element
  readonly onPlain: () => void
}

function Interactive({ html, output, notebookId, plain, onPlain }: InteractiveProps): JSX.Element {
  const blob = Object.hasOwn(output.blobs, tableType) ? output.blobs[tableType] ?? null : null
  const loaded = useBlobText(notebookId, blob)
  const text = loaded.state === "ready" ? loaded.text : null
  const table = useMemo((): DataTable | null => {
    const sent = member(output.data, tableType)
    const whole = sent !== undefined ? parseTable(sent) : text === null ? null : parsed(text)
    return whole ?? tableInHtml(html)
  }, [output, html, text])
  if (blob && loaded.state === "loading") return <p className="o-note">{t("output.loading")}</p>
  if (!table) return plain
  return (
    <Suspense fallback={plain}>
      <InteractiveTable table={table} onPlain={onPlain} />
    </Suspense>
  )
}

function parsed(text: string): DataTable | null {
  try {
    return parseTable(parseJson(text))
  } catch {
    return null
  }
}

/** Whether `html` is worth asking for a table: it is looked into only when asked. */
export function holdsTable(html: string): boolean {
  return /<table[^>]{0,200}class="[^"]{0,200}\bdataframe\b/.test(html)
}
