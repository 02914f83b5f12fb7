/** The Output widget: shows what it caught, as the kernel's prelude keeps it in the widget. */
import { DOMWidgetView } from "@jupyter-widgets/base"
import { OutputModel as BaseModel } from "@jupyter-widgets/output"
import { terminal } from "../bundle"

interface CaughtOutput {
  readonly output_type?: string
  readonly name?: string
  readonly text?: unknown
  readonly data?: Readonly<Record<string, unknown>>
  readonly traceback?: readonly string[]
}

const text = (value: unknown): string =>
  Array.isArray(value) ? value.join("") : typeof value === "string" ? value : ""

export class OutputModel extends BaseModel {}

export class OutputView extends DOMWidgetView {
  override render(): void {
    super.render()
    this.el.classList.add("jupyter-widgets", "widget-output")
    this.listenTo(this.model, "change:outputs", () => void this.draw())
    void this.draw()
  }

  private async draw(): Promise<void> {
    const outputs: unknown = this.model.get("outputs")
    const nodes = await Promise.all((Array.isArray(outputs) ? outputs : []).map((output: CaughtOutput) => this.node(output)))
    this.el.replaceChildren(...nodes)
  }

  private async node(output: CaughtOutput): Promise<Node> {
    if (output.output_type === "stream") return terminal(text(output.text), output.name === "stderr")
    if (output.output_type === "error") return terminal(text((output.traceback ?? []).join("\n")), true)
    const data = output.data ?? {}
    const view = data["application/vnd.jupyter.widget-view+json"]
    if (typeof view === "object" && view !== null && "model_id" in view) {
      const place = document.createElement("div")
      const model = await this.model.widget_manager.get_model(String(view.model_id))
      const made = await this.model.widget_manager.create_view(model, { parent: this })
      place.append(made.el)
      return place
    }
    for (const type of ["image/png", "image/jpeg"]) {
      if (data[type] === undefined) continue
      const image = document.createElement("img")
      image.src = `data:${type};base64,${text(data[type])}`
      return image
    }
    const html = text(data["text/html"] ?? data["image/svg+xml"])
    if (html === "") return terminal(text(data["text/plain"]), false)
    const place = document.createElement("div")
    place.append(document.createRange().createContextualFragment(html))
    return place
  }
}
