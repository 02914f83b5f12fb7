/** Widgets that bring their own script (anywidget): it comes in their state and runs in the frame, as all does here. */
import { DOMWidgetModel, DOMWidgetView } from "@jupyter-widgets/base"

type Cleanup = (() => unknown) | null | undefined
type Part = (context: object) => Cleanup | Promise<Cleanup>
interface Definition {
  readonly initialize?: Part
  readonly render?: Part
}

const word = (value: unknown): string => typeof value === "string" ? value : ""
const isAddress = (text: string): boolean => /^https?:/.test(text)
const isDefinition = (value: unknown): value is Definition => typeof value === "object" && value !== null
const isFactory = (value: unknown): value is () => unknown => typeof value === "function"

async function load(script: string): Promise<Definition> {
  const url = isAddress(script) ? script : URL.createObjectURL(new Blob([script], { type: "text/javascript" }))
  try {
    const module: unknown = await import(/* @vite-ignore */ url)
    const own: unknown = isDefinition(module) ? Reflect.get(module, "default") : undefined
    const made: unknown = isFactory(own) ? await own() : own
    return isDefinition(made) ? made : isDefinition(module) ? module : {}
  } finally {
    if (!isAddress(script)) URL.revokeObjectURL(url)
  }
}

/** What a widget's script may do with its model. */
function proxyOf(model: AnyModel, context: object): object {
  return {
    get: (name: string): unknown => model.get(name),
    set: (name: string, value: unknown): unknown => model.set(name, value),
    save_changes: (): unknown => model.save_changes(),
    send: (content: Parameters<AnyModel["send"]>[0], callbacks?: object, buffers?: ArrayBuffer[]): unknown => model.send(content, callbacks ?? {}, buffers),
    on: (name: string, callback: () => void): unknown => model.on(name, callback, context),
    off: (name?: string, callback?: () => void): unknown => model.off(name, callback, context),
    widget_manager: model.widget_manager,
  }
}

export class AnyModel extends DOMWidgetModel {
  private loaded: { readonly script: string; readonly definition: Promise<Definition> } | null = null

  override initialize(...given: Parameters<DOMWidgetModel["initialize"]>): void {
    super.initialize(...given)
    void this.begin().catch((error: unknown) => console.error(error))
  }

  /** The widget's script, once for each text of it. */
  definition(): Promise<Definition> {
    const script = word(this.get("_esm"))
    if (this.loaded?.script !== script) this.loaded = { script, definition: load(script) }
    return this.loaded.definition
  }

  private async begin(): Promise<void> {
    const { initialize } = await this.definition()
    await initialize?.({ model: proxyOf(this, this), experimental: {} })
  }
}

export class AnyView extends DOMWidgetView {
  private cleanup: Cleanup = null
  private drawn = 0

  override render(): void {
    super.render()
    this.listenTo(this.model, "change:_esm change:_css", () => void this.draw())
    void this.draw()
  }

  override remove(): void {
    this.cleanup?.()
    super.remove()
  }

  private async draw(): Promise<void> {
    const turn = ++this.drawn
    this.cleanup?.()
    this.cleanup = null
    const place = document.createElement("div")
    try {
      if (!(this.model instanceof AnyModel)) return
      const { render } = await this.model.definition()
      if (turn !== this.drawn) return
      this.el.replaceChildren(styleOf(word(this.model.get("_css"))), place)
      const done = await render?.({ model: proxyOf(this.model, this), el: place, experimental: {} })
      this.cleanup = typeof done === "function" ? done : null
    } catch (error) {
      place.textContent = String(error)
      this.el.replaceChildren(place)
    }
  }
}

function styleOf(css: string): HTMLElement {
  if (isAddress(css)) return Object.assign(document.createElement("link"), { rel: "stylesheet", href: css })
  return Object.assign(document.createElement("style"), { textContent: css })
}
