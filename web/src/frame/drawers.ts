/** Draws descriptions of plots inside the frame, by the library that came with them. */
import type { Drawer, FrameTheme } from "./messages"

type JsonObject = Record<string, unknown>

interface Plotly {
  react(place: HTMLElement, data: unknown, layout: JsonObject, config: JsonObject): Promise<unknown>
}
type VegaEmbed = (place: HTMLElement, spec: unknown, options: JsonObject) => Promise<{ finalize(): void }>

interface Bokeh {
  readonly embed: { embed_items(documents: unknown, items: unknown): Promise<unknown> }
}

declare global {
  interface Window {
    readonly Plotly?: Plotly
    readonly vegaEmbed?: VegaEmbed
    readonly Bokeh?: Bokeh
    /** Draws the document (base64) page by page; `label` names a page for who does not see it. */
    readonly colibriPdf?: (place: HTMLElement, base64: string, label: string) => Promise<void>
  }
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value)
}

const objectAt = (object: JsonObject, key: string): JsonObject => {
  const value = object[key]
  return isObject(value) ? value : {}
}

/** Draws `spec` at `place`, or changes what was drawn there. */
export async function draw(drawer: Drawer, place: HTMLElement, spec: unknown, theme: FrameTheme): Promise<void> {
  if (!isObject(spec)) throw new Error("The description is not an object.")
  if (drawer === "plotly") await drawPlotly(place, spec, theme)
  else if (drawer === "bokeh") await drawBokeh(place, spec)
  else if (drawer === "pdf") await drawPdf(place, spec)
  else await drawVega(place, spec, theme)
}

/** The same whatever the theme: a page is paper. */
async function drawPdf(place: HTMLElement, { data, label }: JsonObject): Promise<void> {
  if (!window.colibriPdf) throw new Error("The PDF library is missing.")
  if (place.childElementCount === 0) await window.colibriPdf(place, String(data), String(label))
}

/** Its documents with the id of what is to be shown: the place gets the name that they are given. */
async function drawBokeh(place: HTMLElement, spec: JsonObject): Promise<void> {
  if (!window.Bokeh) throw new Error("Bokeh is missing.")
  place.replaceChildren()
  const items: readonly unknown[] = Array.isArray(spec["render_items"]) ? spec["render_items"] : []
  const named = items.filter(isObject).map((item) => {
    const roots = Object.fromEntries(Object.keys(objectAt(item, "roots")).map((root) => {
      const element = place.appendChild(document.createElement("div"))
      element.id = `bokeh-${root}`
      return [root, element.id]
    }))
    return { ...item, roots }
  })
  await window.Bokeh.embed.embed_items(spec["docs_json"], named)
}

async function drawPlotly(place: HTMLElement, figure: JsonObject, theme: FrameTheme): Promise<void> {
  if (!window.Plotly) throw new Error("Plotly is missing.")
  const layout = themed(objectAt(figure, "layout"), theme)
  const { height } = layout
  place.style.height = `${typeof height === "number" && height > 0 ? height : 450}px`
  const config = { responsive: true, displaylogo: false, ...objectAt(figure, "config") }
  await window.Plotly.react(place, figure["data"] ?? [], layout, config)
}

/** Plotly's own look has a white ground; where the figure asks for no other, it takes the page's. */
function themed(layout: JsonObject, { dark, variables }: FrameTheme): JsonObject {
  const template = objectAt(layout, "template")
  const look = objectAt(template, "layout")
  const isPlain = look["paper_bgcolor"] === undefined || look["plot_bgcolor"] === "#E5ECF6"
  if (!isPlain) return { autosize: true, ...layout }
  const text = variables["--c-text"] ?? (dark ? "#eeeeee" : "#222222")
  const line = dark ? "rgba(255,255,255,.14)" : "#ffffff"
  const axis = { gridcolor: line, linecolor: line, zerolinecolor: line }
  const font = { ...objectAt(look, "font"), color: text }
  const own = {
    ...look, paper_bgcolor: "rgba(0,0,0,0)", font,
    ...(dark ? {
      plot_bgcolor: "rgba(255,255,255,.05)",
      xaxis: { ...objectAt(look, "xaxis"), ...axis }, yaxis: { ...objectAt(look, "yaxis"), ...axis },
    } : {}),
  }
  return { autosize: true, ...layout, template: { ...template, layout: own } }
}

const drawn = new WeakMap<HTMLElement, { finalize(): void }>()

async function drawVega(place: HTMLElement, spec: JsonObject, { dark, variables }: FrameTheme): Promise<void> {
  if (!window.vegaEmbed) throw new Error("Vega is missing.")
  drawn.get(place)?.finalize()
  const text = variables["--c-text"] ?? ""
  const config = dark ? { background: "transparent", view: { stroke: "#555555" },
    axis: { labelColor: text, titleColor: text, gridColor: "#444444", domainColor: "#777777", tickColor: "#777777" },
    legend: { labelColor: text, titleColor: text }, title: { color: text }, header: { labelColor: text, titleColor: text },
    text: { color: text } } : { background: "transparent" }
  place.style.width = "100%" // For specs of width "container".
  drawn.set(place, await window.vegaEmbed(place, spec, { actions: false, renderer: "svg", config }))
}
