/** What the page and an output's sandboxed frame say to each other. Types only: both sides check. */

/** The frame, once, to its parent window: it listens now. Answered by `show` with a port. */
export interface FrameReady {
  readonly type: "colibri-frame-ready"
}

/** What draws a description: a library that the page hands over with it. */
export type Drawer = "plotly" | "vega" | "bokeh" | "pdf"

/** One output of a cell: HTML, a script that runs with `element`, or MIME types to be drawn in an element of others. */
export interface Segment {
  readonly id: string
  readonly kind: "html" | "script" | "bundle"
  /** The HTML, the script, or the bundle in JSON. */
  readonly text: string
  /** A CSS selector: stands in that element instead of in the order of outputs. Else empty. */
  readonly area: string
}

/** How tall is what the page draws by itself above a segment, or with the id "" below the last one. */
export type Gaps = readonly (readonly [id: string, height: number])[]

export type FrameContent =
  /** What a cell's run has put out, in one document. `access`: they may speak with the kernel. */
  | { readonly kind: "outputs"; readonly segments: readonly Segment[]; readonly gaps: Gaps; readonly access: boolean }
  /** `text` is a description in JSON, `library` the script of its drawer. */
  | { readonly kind: "drawing"; readonly drawer: Drawer; readonly text: string; readonly library: Blob }
  /** The view of the widget `root`; `models` are what it needs. */
  | {
    readonly kind: "widget"; readonly root: string; readonly models: readonly ModelInFrame[]
    readonly library: Blob
  }

/** A widget's model as the page knows it. The bytes belong into the state at their paths. */
export interface ModelInFrame {
  readonly id: string
  readonly state: object
  readonly paths: readonly (readonly (string | number)[])[]
  readonly buffers: readonly ArrayBuffer[]
}

/** Of a widget's comm, to the frame. */
export interface CommInFrame {
  readonly type: "comm_msg" | "comm_close"
  readonly id: string
  readonly data: object
  readonly buffers: readonly ArrayBuffer[]
}

/** An address of a port, and where it stands in the frame's document. */
export interface PortFrame {
  readonly id: string
  readonly url: string
  readonly left: number
  readonly top: number
  readonly width: number
  readonly height: number
}

export interface FrameTheme {
  readonly dark: boolean
  /** CSS custom properties by name. */
  readonly variables: Readonly<Record<string, string>>
}

/**
 * Page → frame: `show` by postMessage with the port, `theme` over the port. A frame that has drawn one
 * thing is shown the next of the same drawer over the port too, and changes its drawing.
 */
export type ToFrame =
  | { readonly type: "show"; readonly content: FrameContent; readonly theme: FrameTheme }
  | { readonly type: "theme"; readonly theme: FrameTheme }
  /** For a frame that shows a widget: further models, and what their comms say, in this order. */
  | { readonly type: "widgets"; readonly models: readonly ModelInFrame[]; readonly comm: CommInFrame | null }
  /** For a frame of outputs: `put` are new or changed, each to stand before `next` of `order`, which names all. */
  | {
    readonly type: "segments"; readonly put: readonly Segment[]; readonly order: readonly string[]
    readonly gaps: Gaps; readonly access: boolean
  }
  | { readonly type: "evaluate"; readonly id: string; readonly script: string }
  /** Where a port of the runtime is to be found; or, with an empty `origin`, why it is not. */
  | { readonly type: "port"; readonly id: string; readonly origin: string; readonly error: string }
  /** Of a comm of the frame's own, or one that the kernel opened for a target that it waits for. */
  | {
    readonly type: "kernel"; readonly event: "open" | "msg" | "close"; readonly id: string
    readonly target: string; readonly data: unknown; readonly buffers: readonly ArrayBuffer[]
  }

/** Frame → page, over the port. All of it may be forged by what the frame shows. */
export type FromFrame =
  | { readonly type: "height"; readonly height: number }
  | { readonly type: "open"; readonly url: string }
  /** To the kernel's side of a widget. */
  | { readonly type: "comm"; readonly id: string; readonly data: unknown; readonly buffers: readonly unknown[] }
  /** Of a frame of outputs: of what stands above all segments, of each, and of what stands below them. */
  | {
    readonly type: "heights"; readonly head: number; readonly tail: number
    readonly segments: readonly (readonly [id: string, height: number])[]
  }
  /** `value` is JSON; with `error` it is what the script threw. */
  | { readonly type: "evaluated"; readonly id: string; readonly error: boolean; readonly value: string }
  | {
    readonly type: "kernel"; readonly event: "open" | "msg" | "close" | "target"; readonly id: string
    readonly target: string; readonly data: unknown; readonly buffers: readonly unknown[]
  }
  | { readonly type: "add_cell"; readonly text: string; readonly cell_type: string }
  | { readonly type: "port"; readonly id: string; readonly port: number }
  /** Of a frame of outputs: all places in it at which the page is to show a port. */
  | { readonly type: "port_frames"; readonly frames: readonly PortFrame[] }
