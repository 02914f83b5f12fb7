/** What the page and an output's sandboxed frame say to each other. Types only: both sides check. */

/** The frame, once, to its parent window: it listens now. Answered by `show` with a port. */
export interface FrameReady {
  readonly type: "colibri-frame-ready"
}

/** What draws a description: a library that the page hands over with it. */
export type Drawer = "plotly" | "vega"

export type FrameContent =
  /** `html` is a document's body; `script` runs with `element`, the place for what it draws. */
  | { readonly kind: "html" | "script"; readonly text: string }
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

/** Frame → page, over the port. All of it may be forged by what the frame shows. */
export type FromFrame =
  | { readonly type: "height"; readonly height: number }
  | { readonly type: "open"; readonly url: string }
  /** To the kernel's side of a widget. */
  | { readonly type: "comm"; readonly id: string; readonly data: unknown; readonly buffers: readonly unknown[] }
