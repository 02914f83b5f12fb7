import { useMemo, type JSX } from "react"
import type { NotebookId } from "../wire/ids"
import { isObject, member, parseJson, type Json } from "../wire/json"
import type { DisplayOutput } from "../wire/output"
import { useLanguage } from "../words/use_language"
import { t } from "../words/words"
import { blobUrl, useBlobText } from "./blob"
import { FrameSlot } from "./CellFrame"
import { DataFrameView, holdsTable } from "./DataFrameView"
import { DrawingView } from "./DrawingView"
import { HtmlView } from "./HtmlView"
import { ImageView } from "./ImageView"
import { JsonView } from "./JsonView"
import { LatexView } from "./LatexView"
import { MarkdownView } from "./MarkdownView"
import { chooseMime, metadataFor, multilineText, unknownType, type Choice } from "./mime_choice"
import { RestartNote } from "./RestartNote"
import { ScrollBox } from "./ScrollBox"
import { SvgView } from "./SvgView"
import { TerminalText } from "./TerminalText"
import { WidgetView } from "./WidgetView"

interface DisplayViewProps {
  readonly output: DisplayOutput
  readonly notebookId: NotebookId
  readonly trusted: boolean
}

/** The best of an output's representations, by mime_choice's list. */
export function DisplayView({ output, notebookId, trusted }: DisplayViewProps): JSX.Element | null {
  useLanguage()
  const choice = useMemo(() => chooseMime(output), [output])
  const area = areaOf(output.metadata)
  const bundle = useMemo(() => area === "" ? "" : JSON.stringify(output.data), [area, output.data])
  // What lies beside the notebook is drawn by the page.
  if (area !== "" && Object.keys(output.blobs).length === 0) {
    return <FrameSlot kind="bundle" text={bundle} area={area} memory={output.data} trusted={trusted} />
  }
  if (!choice) {
    const type = unknownType(output)
    return type === null ? null : <p className="o-note">{t("output.type_only_note", { type })}</p>
  }
  if (choice.drawing === "image") return <Image choice={choice} output={output} notebookId={notebookId} />
  return (
    <>
      <Text choice={choice} output={output} notebookId={notebookId} trusted={trusted} />
      {choice.instead !== null &&
        <p className="o-note">
          {t("output.type_note", { type: choice.instead })}
        </p>}
    </>
  )
}

/** The element of the cell's frame that the kernel wants it in: a CSS selector, or nothing. */
function areaOf(metadata: DisplayOutput["metadata"]): string {
  const own = member(metadata, "colibri")
  const area = isObject(own) ? member(own, "area") : undefined
  return typeof area === "string" && area.length <= 500 ? area : ""
}

interface ChosenProps {
  readonly choice: Choice
  readonly output: DisplayOutput
  readonly notebookId: NotebookId
}

function Image({ choice, output, notebookId }: ChosenProps): JSX.Element {
  const { type } = choice
  const source = useMemo(() => {
    if (choice.source.kind === "blob") return { kind: "url", url: blobUrl(notebookId, choice.source.blob) } as const
    return { kind: "base64", type, text: choice.source.kind === "text" ? choice.source.text : "" } as const
  }, [choice, notebookId, type])
  return <ImageView source={source} metadata={metadataFor(output.metadata, type)} />
}

/** Everything that is text, wherever it lies. */
function Text({ choice, output, notebookId, trusted }: ChosenProps & { readonly trusted: boolean }): JSX.Element {
  const { source } = choice
  const loaded = useBlobText(notebookId, source.kind === "blob" ? source.blob : null)
  if (source.kind === "json") return <JsonView value={source.value} />
  const rest = { choice, output, notebookId, trusted }
  if (source.kind === "text") return <Drawn {...rest} text={source.text} />
  if (loaded.state === "loading") return <p className="o-note">{t("output.loading")}</p>
  if (loaded.state === "failed") return <p className="o-note">{t("output.load_failed")}</p>
  return <Drawn {...rest} text={loaded.text} />
}

interface DrawnProps extends ChosenProps {
  readonly text: string
  readonly trusted: boolean
}

function Drawn({ choice, text, output, notebookId, trusted }: DrawnProps): JSX.Element {
  const memory = output.data
  switch (choice.drawing) {
    case "html":
      return holdsTable(text) ? <DataFrameView html={text} output={output} notebookId={notebookId} trusted={trusted} />
        : <HtmlView html={text} memory={memory} trusted={trusted} />
    case "widget": {
      const plain = multilineText(member(output.data, "text/plain") ?? "") ?? ""
      return <WidgetView root={text} memory={memory} fallback={<TerminalText text={plain} />} />
    }
    case "restart": return <RestartNote text={text} />
    case "plotly":
    case "bokeh":
    case "vega": return <DrawingView drawer={choice.drawing} text={text} memory={memory} trusted={trusted} />
    case "markdown": return <MarkdownView source={text} />
    case "latex": return <LatexView source={text} />
    case "script": return <FrameSlot kind="script" text={text} memory={memory} trusted={trusted} />
    case "json": return <ParsedJson text={text} />
    case "svg":
      return <SvgView svg={text} metadata={metadataFor(output.metadata, choice.type)} memory={memory} trusted={trusted} />
    case "text":
    case "image":
      return <ScrollBox running={false}><TerminalText text={text} /></ScrollBox>
  }
}

function ParsedJson({ text }: { readonly text: string }): JSX.Element {
  const value = useMemo((): { parsed: Json } | null => {
    try {
      return { parsed: parseJson(text) }
    } catch {
      return null
    }
  }, [text])
  return value ? <JsonView value={value.parsed} /> : <TerminalText text={text} />
}
