/** What the page and an output's sandboxed frame say to each other. Types only: both sides check. */

/** The frame, once, to its parent window: it listens now. Answered by `show` with a port. */
export interface FrameReady {
  readonly type: "colibri-frame-ready"
}

export interface FrameContent {
  /** `html` is a document's body; `script` runs with `element`, the place for what it draws. */
  readonly kind: "html" | "script"
  readonly text: string
}

export interface FrameTheme {
  readonly dark: boolean
  /** CSS custom properties by name. */
  readonly variables: Readonly<Record<string, string>>
}

/** Page → frame: `show` by postMessage with the port, `theme` over the port. */
export type ToFrame =
  | { readonly type: "show"; readonly content: FrameContent; readonly theme: FrameTheme }
  | { readonly type: "theme"; readonly theme: FrameTheme }

/** Frame → page, over the port. All of it may be forged by what the frame shows. */
export type FromFrame =
  | { readonly type: "height"; readonly height: number }
  | { readonly type: "open"; readonly url: string }
