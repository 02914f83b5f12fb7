/** What of the notebook's frame is open: one window over the page, one pane beside it, the header or not. */
import { remembered, remember } from "../../remembered"
import type { CellId } from "../../../wire/ids"
import type { PaneId } from "./rail_panes"

/** What is asked before it is done. */
export type Question = "restart" | "restart_run_all" | "disconnect" | "share_runtime" | "runtime_type" | "local_runtime"

export const helpWindows = ["info", "faq", "releases", "report", "about"] as const
export type HelpWindow = (typeof helpWindows)[number]

/** Those that come with a part of the page of their own (late_windows.tsx). */
export const lateWindows = ["palette", "shortcuts", "form_field", "editor", "port"] as const
export type LateWindowName = (typeof lateWindows)[number]

export type FrameWindow =
  | HelpWindow | LateWindowName
  | Question | "open" | "pin" | "revisions" | "bin" | "notebook_settings"
  | "copy_gist" | "copy_github"

export interface FrameState {
  readonly window: FrameWindow | null
  /** Of the rail at the left. */
  readonly pane: PaneId | null
  /** Counts the wishes to see it: each gives it the keyboard. */
  readonly asked: number
  readonly header: boolean
  /** The notebook is shown as slides, from this cell on or from its beginning. */
  readonly slides: { readonly from: CellId | null } | null
  /** Counts the wishes to rename the notebook. */
  readonly rename: number
}

const paneKey = "colibri.pane"

export class Frame {
  private current: FrameState
  private readonly listeners = new Set<() => void>()

  constructor(isPane: (id: string) => id is PaneId) {
    const pane = remembered(paneKey)
    this.current = { window: null, pane: pane !== null && isPane(pane) ? pane : null, asked: 0, header: true, rename: 0, slides: null }
  }

  get view(): FrameState {
    return this.current
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener)
    return () => this.listeners.delete(listener)
  }

  show(window: FrameWindow | null): void {
    this.set({ window })
  }

  readonly close = (): void => this.set({ window: null })

  showPane(pane: PaneId | null): void {
    remember(paneKey, pane)
    this.set({ pane, asked: this.current.asked + 1 })
  }

  togglePane(pane: PaneId): void {
    this.showPane(this.current.pane === pane ? null : pane)
  }

  toggleHeader(): void {
    this.set({ header: !this.current.header })
  }

  showSlides(slides: FrameState["slides"]): void {
    this.set({ slides })
  }

  rename(): void {
    this.set({ rename: this.current.rename + 1, header: true })
  }

  private set(change: Partial<FrameState>): void {
    this.current = { ...this.current, ...change }
    for (const listener of [...this.listeners]) listener()
  }
}
