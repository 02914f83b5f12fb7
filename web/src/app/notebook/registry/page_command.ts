/** What a person can do on a notebook's page, described once for menus, keys, buttons and the palette. */
import { isWorking, type Cell } from "../../../model/notebook_state"
import type { SessionView } from "../../../sync/session_view"
import type { IconName } from "../../../ui/icons"
import type { WordKey } from "../../../words/words"
import type { Step } from "../cell_undo"
import type { OpenNotebook } from "../context"
import type { FocusState } from "../focus"
import type { FrameState } from "../layout/frame"
import type { TabsState } from "../tabs/tabs"
import type { RuntimeWindow } from "../runtime_windows"

/** How things stand: what words, ticks and "may" are made of. */
export interface Now {
  readonly view: SessionView
  readonly focus: FocusState
  readonly frame: FrameState
  readonly tabs: TabsState
  readonly windows: ReadonlySet<RuntimeWindow>
  readonly undo: Step | null
  readonly redo: Step | null
}

export interface PageCommand {
  /** What it is called now. */
  readonly words: WordKey | ((now: Now) => WordKey)
  readonly icon?: IconName
  /** As keymap.ts writes them; the first is shown. */
  readonly keys?: readonly string[]
  /** Keys that the browser means it by itself; only shown. */
  readonly shown?: string
  /** Its keys are for a cell as a whole only. */
  readonly where?: "cell"
  /** Its keys mean it also where one writes about a cell, or in a file. */
  readonly everywhere?: true
  /** Whether it can be done now; always, unless told. */
  readonly may?: (now: Now) => boolean
  /** Whether it is in force: a tick in menus. */
  readonly isOn?: (now: Now) => boolean
  readonly danger?: true
  /** Only for keys: nobody looks for it in a list. */
  readonly unlisted?: true
  readonly href?: (page: OpenNotebook) => string
  readonly act: (page: OpenNotebook) => void
}

export function nowOf({ session, focus, frame, tabs, windows, commands }: OpenNotebook): Now {
  return {
    view: session.view, focus: focus.view, frame: frame.view, tabs: tabs.view, windows: windows.view,
    undo: commands.history.next(), redo: commands.history.nextRedo(),
  }
}

export const online = ({ view }: Now): boolean => view.connection.kind === "online"
export const loaded = ({ view }: Now): boolean => view.state !== null
export const writable = ({ view }: Now): boolean => view.writable && view.state !== null
/** The notebook is a file of somebody's, which this person may change. */
export const keeps = (now: Now): boolean => writable(now) && !now.view.playground
export const hasCell = ({ view, focus }: Now): boolean => focus.cell !== null && (view.state?.cells.has(focus.cell) ?? false)
export const onCell = (now: Now): boolean => writable(now) && hasCell(now)
export const focused = ({ view, focus }: Now): Cell | undefined =>
  focus.cell === null ? undefined : view.state?.cells.get(focus.cell)
export const editing = (now: Now): boolean => onCell(now) && now.focus.mode === "edit"
export const working = (now: Now): boolean => online(now) && isWorking(now.view.state, now.view.inUse)

/** Whether the runtime in use is the person's own. */
export const ownRuntime = ({ view }: Now): boolean => view.user === null || view.inUse === "" || view.inUse === view.user.id
export const hasRuntime = (now: Now): boolean =>
  online(now) && now.view.lease !== null && now.view.lease.state !== "ended"
export const hasKernel = (now: Now): boolean =>
  hasRuntime(now) && now.view.lease?.state === "ready" && now.view.lease.kernel.state !== "none"
