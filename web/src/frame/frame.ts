/**
 * Runs inside a sandboxed frame: shows what the page hands over, scripts and all, tells its height, and
 * asks the page to open links; for outputs of a cell also what their scripts ask of the kernel. It holds nothing worth taking: the frame has an
 * opaque origin, no cookies, and only the port it was given.
 */
import { Colab } from "./colab"
import { draw } from "./drawers"
import { frameStyle } from "./frame_style"
import { keepDocument } from "./scripts"
import { Segments } from "./segments"
import type { WidgetsInFrame } from "./widgets/api"
import type { Drawer, FrameContent, FrameReady, FrameTheme, FromFrame, Segment, ToFrame } from "./messages"

declare global {
  interface Window {
    /** Set by the library of widgets. */
    colibriWidgets?: WidgetsInFrame
  }
}

let port: MessagePort | null = null
let reported = -1
let reportedSegments = ""
/** What came for widgets before their library was there. */
let early: Extract<ToFrame, { type: "widgets" }>[] = []
/** Of a frame of outputs. */
let outputs: { readonly segments: Segments; readonly colab: Colab } | null = null
/** What is drawn now, to be changed in place or drawn anew in another theme. */
let drawing: { readonly drawer: Drawer; readonly place: HTMLElement; spec: unknown } | null = null

const known: readonly unknown[] = ["show", "theme", "widgets", "segments", "evaluate", "port", "kernel"] satisfies ToFrame["type"][]

function isToFrame(value: unknown): value is ToFrame {
  return typeof value === "object" && value !== null && "type" in value && known.includes(value.type)
}

function receiveFirst(event: MessageEvent<unknown>): void {
  const given = event.ports[0]
  if (event.source !== window.parent || !given || !isToFrame(event.data)) return
  removeEventListener("message", receiveFirst)
  port = given
  port.onmessage = ({ data }: MessageEvent<unknown>) => {
    if (isToFrame(data)) receive(data)
  }
  receive(event.data)
}

function receive(message: ToFrame): void {
  if (message.type === "show") {
    const { content, theme } = message
    if (content.kind === "drawing" && drawing?.drawer === content.drawer) redraw(content.text, theme)
    else show(content, theme)
    return
  }
  if (message.type === "widgets") {
    if (window.colibriWidgets) window.colibriWidgets.receive(message.models, message.comm)
    else early.push(message)
    return
  }
  if (message.type === "theme") {
    applyTheme(message.theme)
    if (drawing) void attempt(drawing, message.theme)
    return
  }
  if (!outputs) return
  const { segments, colab } = outputs
  if (message.type === "segments") {
    colab.access = message.access
    segments.put(message.put, message.order)
    void segments.then(() => segments.setGaps(message.gaps))
  } else if (message.type === "evaluate") {
    void segments.then(() => void evaluate(message.id, message.script))
  } else if (message.type === "port") colab.ports.answer(message.id, message.origin, message.error)
  else colab.receive(message)
}

/** Answers with what the script's last expression is, once that is no promise any more. */
async function evaluate(id: string, script: string): Promise<void> {
  try {
    const value: unknown = await (0, eval)(script)
    send({ type: "evaluated", id, error: false, value: value === undefined ? "null" : JSON.stringify(value) })
  } catch (error) {
    send({ type: "evaluated", id, error: true, value: JSON.stringify(String(error)) })
  }
}

/**
 * Writes a whole new document, so that the parser itself runs scripts, in order and with all that
 * they expect: document.write, DOMContentLoaded, deferred and module scripts.
 */
function show(content: FrameContent, theme: FrameTheme): void {
  drawing = null
  const first = content.kind === "outputs" ? firstOf(content) : null
  const body = content.kind !== "outputs" ? "" : `<div id="output-header"></div><div id="output-area">${
    first ? `<div id="output-first" class="output-segment">${first.text}</div>` : ""}</div><div id="output-footer"></div>`
  if (content.kind === "outputs") {
    const segments = new Segments(report)
    outputs = { segments, colab: new Colab(segments, send, report) }
    outputs.colab.access = content.access
    outputs.colab.install()
  }
  document.open()
  // eslint-disable-next-line @typescript-eslint/no-deprecated -- nothing else runs the parser so
  document.write(`<!doctype html><html><head><meta charset="utf-8"><style>${frameStyle}</style></head><body>`)
  applyTheme(theme)
  watch()
  // eslint-disable-next-line @typescript-eslint/no-deprecated -- nothing else runs the parser so
  document.write(body)
  document.close()
  if (content.kind === "outputs") beginOutputs(content, first)
  if (content.kind === "drawing") begin(content, theme)
  if (content.kind === "widget") beginWidget(content)
  report()
}

/** What the parser itself may run: its scripts find a document that is still loading. */
function firstOf({ segments }: Extract<FrameContent, { kind: "outputs" }>): Segment | null {
  const [first] = segments
  return first?.kind === "html" && first.area === "" ? first : null
}

function beginOutputs(content: Extract<FrameContent, { kind: "outputs" }>, first: Segment | null): void {
  if (!outputs) return
  const { segments } = outputs
  const parsed = document.readyState !== "loading" ? Promise.resolve() : new Promise<void>((resolve) => {
    document.addEventListener("DOMContentLoaded", () => resolve(), { once: true })
  })
  segments.pause(parsed.then(() => keepDocument(() => segments.active)))
  segments.begin(first)
  segments.put(content.segments.filter((segment) => segment !== first), content.segments.map(({ id }) => id))
  void segments.then(() => segments.setGaps(content.gaps))
}

function beginWidget(content: Extract<FrameContent, { kind: "widget" }>): void {
  const place = placeFor(content.library, () => {
    const widgets = window.colibriWidgets
    widgets?.show(place, content.root, content.models, (id, data, buffers) => send({ type: "comm", id, data, buffers }))
    for (const { models, comm } of early) widgets?.receive(models, comm)
    early = []
  })
}

/** A place in the body, and `then` as soon as the library has run. */
function placeFor(library: Blob, then: () => void): HTMLElement {
  const place = document.createElement("div")
  document.body.append(place)
  const script = document.createElement("script")
  const url = URL.createObjectURL(library)
  script.src = url
  script.onload = () => {
    URL.revokeObjectURL(url)
    then()
  }
  document.head.append(script)
  return place
}

function begin(content: Extract<FrameContent, { kind: "drawing" }>, theme: FrameTheme): void {
  const place = placeFor(content.library, () => {
    drawing = { drawer: content.drawer, place, spec: null }
    redraw(content.text, theme)
  })
}

function redraw(text: string, theme: FrameTheme): void {
  if (!drawing) return
  try {
    drawing.spec = JSON.parse(text)
  } catch (error) {
    return complain(drawing.place, error)
  }
  void attempt(drawing, theme)
}

async function attempt(what: NonNullable<typeof drawing>, theme: FrameTheme): Promise<void> {
  try {
    // A copy: libraries write into what they are given, and it is drawn again in another theme.
    await draw(what.drawer, what.place, structuredClone(what.spec), theme)
  } catch (error) {
    complain(what.place, error)
  }
  report()
}

/** What cannot be drawn says why, in the words of its library. */
function complain(place: HTMLElement, error: unknown): void {
  place.style.height = ""
  place.textContent = String(error)
}

function applyTheme({ dark, variables }: FrameTheme): void {
  const root = document.documentElement
  root.setAttribute("theme", dark ? "dark" : "light")
  root.style.colorScheme = dark ? "dark" : "light"
  for (const [name, value] of Object.entries(variables)) {
    if (name.startsWith("--")) root.style.setProperty(name, value)
  }
}

/** document.open() took all listeners away: they are set on each new document. */
function watch(): void {
  const sizes = new ResizeObserver(report)
  sizes.observe(document.documentElement)
  sizes.observe(document.body)
  // What is positioned absolutely grows without resizing the body.
  new MutationObserver(report).observe(document.documentElement, { childList: true, subtree: true })
  document.addEventListener("load", report, true)
  document.addEventListener("click", followLink)
  outputs?.colab.ports.watch(report)
}

function report(): void {
  if (outputs) {
    outputs.colab.ports.report()
    const heights = outputs.segments.heights()
    const told = JSON.stringify(heights)
    if (told === reportedSegments) return
    reportedSegments = told
    send({ type: "heights", ...heights })
    return
  }
  const root = document.documentElement
  const height = Math.ceil(Math.max(root.getBoundingClientRect().height, document.body.scrollHeight))
  if (height === reported) return
  reported = height
  send({ type: "height", height })
}

function followLink(event: MouseEvent): void {
  if (event.defaultPrevented || !event.isTrusted) return
  const link = event.composedPath().find((target) =>
    target instanceof HTMLAnchorElement || target instanceof SVGAElement)
  if (!link) return
  const href = link instanceof HTMLAnchorElement ? link.href : link.href.baseVal
  if (link instanceof HTMLAnchorElement && link.getAttribute("href")?.startsWith("#")) return
  if (!/^https?:/i.test(href)) return
  event.preventDefault()
  send({ type: "open", url: href })
}

function send(message: FromFrame): void {
  port?.postMessage(message)
}

addEventListener("message", receiveFirst)
const ready: FrameReady = { type: "colibri-frame-ready" }
// To whoever embeds us: it says nothing but that we listen.
window.parent.postMessage(ready, "*")
