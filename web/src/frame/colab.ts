/** `google.colab` in a frame of outputs. The page decides what of it is heard; here it is only said. */
import { render } from "./bundle"
import { KernelComms } from "./kernel_comms"
import type { FromFrame } from "./messages"
import { Ports } from "./ports"
import type { Segments } from "./segments"

type Bundle = Readonly<Record<string, unknown>>

interface HeightOptions {
  readonly maxHeight?: number
}

interface Invoked {
  readonly result?: unknown
  readonly error?: string
}

const isInvoked = (value: unknown): value is Invoked => typeof value === "object" && value !== null

export class Colab {
  private readonly comms = new KernelComms((message) => this.send(message), () => this.access)
  readonly ports = new Ports((message) => this.send(message))
  /** The page lets this frame speak with the kernel. */
  access = false

  constructor(
    private readonly segments: Segments, private readonly send: (message: FromFrame) => void,
    private readonly report: () => void,
  ) {}

  receive(message: Parameters<KernelComms["receive"]>[0]): void {
    this.comms.receive(message)
  }

  /** As `window.google.colab`. A document is written anew, so it is told again. */
  install(): void {
    const { segments, comms } = this
    const kernel = {
      accessAllowed: false,
      invokeFunction: (name: string, args: unknown[] = [], kwargs: object = {}) => this.invoke(name, args, kwargs),
      comms: {
        open: (target: string, data?: unknown, buffers: ArrayBuffer[] = []) => comms.open(target, data, buffers),
        registerTarget: (target: string, callback: Parameters<KernelComms["register"]>[1]) => comms.register(target, callback),
      },
      proxyPort: (port: unknown) => this.ports.open(port),
      disconnect: () => comms.closeAll(),
    }
    Object.defineProperty(kernel, "accessAllowed", { get: () => this.access, enumerable: true })
    const output = {
      getActiveOutputArea: () => segments.active,
      getDefaultOutputArea: () => segments.area,
      setActiveOutputArea: (element: Element | null) => segments.choose(element === segments.area ? null : element),
      pauseOutputUntil: (promise: unknown) => segments.pause(promise),
      setIframeHeight: (height?: number | string, auto = true, { maxHeight }: HeightOptions = {}) =>
        segments.fit(auto || height === undefined ? null : Number.parseFloat(String(height)), maxHeight ?? null),
      resizeIframeToContent: () => {
        segments.fit(null, null)
        this.report()
      },
      renderOutput: (bundle: Bundle, element: HTMLElement) => render(bundle, element),
    }
    const notebook = {
      addCell: (text: string, { cell_type = "code" }: { readonly cell_type?: string } = {}) =>
        this.send({ type: "add_cell", text, cell_type }),
    }
    const colab = { kernel, output, notebook }
    const google: unknown = Reflect.get(window, "google")
    Object.defineProperty(window, "google", {
      value: { ...(typeof google === "object" ? google : {}), colab }, configurable: true, writable: true,
    })
  }

  private async invoke(name: string, args: unknown[], kwargs: object): Promise<unknown> {
    const comm = await this.comms.open("colibri.invoke", { name, args, kwargs }, [])
    for await (const { data } of comm.messages) {
      if (!isInvoked(data)) continue
      if (data.error !== undefined) throw new Error(data.error)
      return data.result
    }
    throw new Error("The kernel ended before it answered.")
  }
}
