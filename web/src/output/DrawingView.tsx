import { useMemo, useRef, type JSX } from "react"
import type { Drawer } from "../frame/messages"
import { isObject, member, parseJson, type Json } from "../wire/json"
import { t } from "../words/words"
import { useLibrary } from "./frame_library"
import { useNearViewport } from "./near_viewport"
import { OutputFrame } from "./OutputFrame"

interface DrawingViewProps {
  readonly drawer: Drawer
  /** The description, in JSON. */
  readonly text: string
  readonly memory: object
  readonly trusted: boolean
}

/** A plot that a library draws from its description, in a sandboxed frame. Out of sight it only keeps its place. */
export function DrawingView(props: DrawingViewProps): JSX.Element {
  const place = useRef<HTMLDivElement>(null)
  const near = useNearViewport(place)
  const height = useMemo(() => expectedHeight(props.drawer, props.text), [props.drawer, props.text])
  return (
    <div ref={place} className="o-drawing">
      {near ? <Drawing {...props} height={height} /> : <div style={{ height }} />}
    </div>
  )
}

function Drawing({ drawer, text, memory, trusted, height }: DrawingViewProps & { readonly height: number }): JSX.Element {
  const library = useLibrary(drawer)
  const content = useMemo(() =>
    library instanceof Blob ? { kind: "drawing", drawer, text, library } as const : null, [drawer, text, library])
  if (library === "failed") return <p className="o-note">{t("output.load_failed")}</p>
  if (!content) return <div className="o-drawing-wait" style={{ height }} role="status">{t("output.loading")}</div>
  return <OutputFrame content={content} memory={memory} trusted={trusted} expectedHeight={height} />
}

/** What the page keeps free, so that nothing jumps when the plot is there. */
function expectedHeight(drawer: Drawer, text: string): number {
  const own = declaredHeight(drawer, text)
  return own !== null && own > 0 && own < 5000 ? Math.ceil(own) : drawer === "plotly" ? 450 : drawer === "bokeh" ? 600 : 360
}

function declaredHeight(drawer: Drawer, text: string): number | null {
  let spec: Json
  try {
    spec = parseJson(text)
  } catch {
    return null
  }
  if (!isObject(spec)) return null
  const holder = drawer === "plotly" ? member(spec, "layout") : spec
  const height = isObject(holder) ? member(holder, "height") : undefined
  // Vega's height is that of the plot without its axes and title.
  return typeof height === "number" ? height + (drawer === "vega" ? 60 : 0) : null
}
