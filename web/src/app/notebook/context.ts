/** What every part of an open notebook's page needs at hand. */
import { createContext, useContext, useSyncExternalStore } from "react"
import type { Cell } from "../../model/notebook_state"
import type { Api } from "../../sync/http"
import type { LocalRuntime } from "../../sync/local_runtime"
import type { NotebookSession } from "../../sync/session"
import type { SessionView } from "../../sync/session_view"
import type { AccountActions } from "../../ui/account_actions"
import type { CellId, NotebookId } from "../../wire/ids"
import type { AskedSlots } from "./asked_slots"
import type { CellClipboard } from "./cell_clipboard"
import type { NotebookComments } from "./comments/comments"
import type { NotebookCommands } from "./commands"
import type { FocusState, NotebookFocus } from "./focus"
import type { OpenFiles } from "./files/open_files"
import type { Following } from "./follow"
import type { NotebookHelp } from "./help/help"
import type { LateLanguage } from "./language/late_language"
import type { NotebookProblems } from "./language/problems"
import type { Frame, FrameState } from "./layout/frame"
import type { RuntimeWindows } from "./runtime_windows"
import type { NotebookFinding } from "./panes/finding"
import type { ScratchCells } from "./scratch/scratch_cells"
import type { NotebookSections } from "./sections"
import { useCellOf } from "./session_parts"
import type { PageTabs, TabsState } from "./tabs/tabs"
import type { Plan } from "./sharing/playgrounds"

export interface OpenNotebook {
  readonly id: NotebookId
  readonly session: NotebookSession
  readonly focus: NotebookFocus
  readonly commands: NotebookCommands
  readonly comments: NotebookComments
  readonly follow: Following
  readonly windows: RuntimeWindows
  readonly local: LocalRuntime
  readonly language: LateLanguage
  readonly problems: NotebookProblems
  readonly help: NotebookHelp
  readonly frame: Frame
  readonly tabs: PageTabs
  readonly scratch: ScratchCells
  readonly sections: NotebookSections
  readonly clipboard: CellClipboard
  readonly finding: NotebookFinding
  /** Files of the runtime that are open beside the notebook. */
  readonly files: OpenFiles
  /** What programs have shown to the person. */
  readonly asked: AskedSlots
  readonly api: Api
  readonly account: { readonly current: AccountActions | null }
  /** For those who may only look: opens a playground, and goes on in it. */
  readonly tryOut: (plan: Plan) => Promise<void>
}

export const NotebookContext = createContext<OpenNotebook | null>(null)

export function useNotebook(): OpenNotebook {
  const notebook = useContext(NotebookContext)
  if (!notebook) throw new Error("outside of a notebook")
  return notebook
}

/** A part of what the session shows; `select` must answer with the same value while it is. */
export function useSession<T>(session: NotebookSession, select: (view: SessionView) => T): T {
  return useSyncExternalStore(session.subscribe, () => select(session.view))
}

export function useCell(id: CellId): Cell | undefined {
  return useCellOf(useNotebook().session, id)
}

export function useFocus<T>(select: (focus: FocusState) => T): T {
  const { focus } = useNotebook()
  return useSyncExternalStore(focus.subscribe, () => select(focus.view))
}

export function useFrame<T>(select: (frame: FrameState) => T): T {
  const { frame } = useNotebook()
  return useSyncExternalStore(frame.subscribe, () => select(frame.view))
}

export function useTabs<T>(select: (tabs: TabsState) => T): T {
  const { tabs } = useNotebook()
  return useSyncExternalStore(tabs.subscribe, () => select(tabs.view))
}
