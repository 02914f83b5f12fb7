/** The library of widgets: a script of its own, which the page hands to frames that show a widget. */
import * as base from "@jupyter-widgets/base"
import baseCss from "@jupyter-widgets/base/css/index.css?inline"
import { ManagerBase } from "@jupyter-widgets/base-manager"
import * as controls from "@jupyter-widgets/controls"
import labCss from "@jupyter-widgets/controls/css/labvariables.css?inline"
import controlsCss from "@jupyter-widgets/controls/css/widgets-base.css?inline"
import icons from "@fortawesome/fontawesome-free/css/fontawesome.min.css?inline"
import iconFont from "@fortawesome/fontawesome-free/webfonts/fa-solid-900.woff2?inline"
import { Widget } from "@lumino/widgets"
import type { CommInFrame, ModelInFrame } from "../messages"
import * as anywidget from "./anywidget"
import type { SendComm, WidgetsInFrame } from "./api"
import { FrameComm, views } from "./comm"
import * as output from "./output"

const word = (value: unknown): string => typeof value === "string" ? value : ""
const isClass = (value: unknown): value is typeof base.WidgetModel => typeof value === "function"

class FrameWidgets extends ManagerBase {
  private readonly comms = new Map<string, FrameComm>()

  constructor(private readonly sendOut: SendComm) {
    super()
  }

  add(models: readonly ModelInFrame[]): void {
    for (const { id, state, paths, buffers } of models) {
      if (this.has_model(id)) continue
      const own: Parameters<typeof base.put_buffers>[0] = Object.fromEntries(Object.entries(state))
      base.put_buffers(own, paths.map((path) => [...path]), views(buffers))
      const comm = new FrameComm(id, this.sendOut)
      this.comms.set(id, comm)
      // Registers the model before it waits for anything: they name each other.
      this.new_model({
        model_name: word(own["_model_name"]), model_module: word(own["_model_module"]),
        model_module_version: word(own["_model_module_version"]), model_id: id, comm,
      }, own).catch((error: unknown) => console.error(error))
    }
  }

  receive(message: CommInFrame): void {
    this.comms.get(message.id)?.receive(message)
    if (message.type === "comm_close") this.comms.delete(message.id)
  }

  protected override loadClass(className: string, moduleName: string): ReturnType<ManagerBase["loadModelClass"]> {
    const modules: Readonly<Record<string, object>> = {
      "@jupyter-widgets/base": base, "@jupyter-widgets/controls": controls, "@jupyter-widgets/output": output,
      anywidget,
    }
    const found: unknown = Object.hasOwn(modules, moduleName) ? Reflect.get(modules[moduleName] ?? {}, className) : undefined
    return isClass(found) ? Promise.resolve(found) : Promise.reject(new Error(`${moduleName} is not part of this page.`))
  }

  protected override _get_comm_info(): Promise<object> {
    return Promise.resolve({})
  }

  protected override _create_comm(): Promise<never> {
    return Promise.reject(new Error("Widgets are made by the kernel."))
  }
}

let all: FrameWidgets | null = null

const library: WidgetsInFrame = {
  show(place, root, models, send) {
    const style = document.createElement("style")
    style.textContent = [labCss, baseCss, controlsCss, icons, `
      @font-face { font-family: "Font Awesome 5 Free"; font-weight: 900; src: url(${iconFont}) format("woff2"); }
      .fa, .fas { font-family: "Font Awesome 5 Free"; font-weight: 900; }
      .colibri-stderr { padding-left: 8px; border-left: 2px solid #d29922; }
      .widget-output pre { margin: 0; white-space: pre-wrap; }`].join("\n")
    document.head.prepend(style)
    all = new FrameWidgets(send)
    const own = all
    own.add(models)
    own.get_model(root).then((model) => own.create_view(model)).then((view) => {
      place.className = "jupyter-widgets-view"
      Widget.attach(view.luminoWidget, place)
    }).catch((error: unknown) => {
      place.textContent = String(error)
    })
  },
  receive(models, comm) {
    all?.add(models)
    if (comm) all?.receive(comm)
  },
}

window.colibriWidgets = library
