/** What is wrong in the open notebook's code: looked for when nobody has typed for a moment, while somebody shows it. */
import type { Text } from "@codemirror/state"
import type { NotebookState } from "../../../model/notebook_state"
import type { Problem } from "../../../model/problems"
import type { NotebookSession } from "../../../sync/session"
import type { CellId } from "../../../wire/ids"
import { t } from "../../../words/words"
import { editorOptions } from "../editor_options"
import type { LateLanguage } from "./late_language"

const pauseMs = 800

export class NotebookProblems {
  private found: ReadonlyMap<CellId, readonly Problem[]> = new Map()
  private readonly listeners = new Set<() => void>()
  private seen: readonly (Text | undefined)[] = []
  private looked: NotebookState | null = null
  private timer: ReturnType<typeof setTimeout> | undefined
  private silence: (() => void) | null = null

  constructor(private readonly session: NotebookSession, private readonly language: LateLanguage) {}

  of(cell: CellId): readonly Problem[] {
    return this.found.get(cell) ?? []
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener)
    this.silence ??= this.session.subscribe(() => this.follow())
    this.follow()
    return () => {
      this.listeners.delete(listener)
      if (this.listeners.size > 0) return
      this.silence?.()
      this.silence = null
      clearTimeout(this.timer)
      this.forget()
    }
  }

  /** The server is there: what it has to say is looked for at once. */
  readonly begin = (): void => {
    this.forget()
    if (this.silence) this.follow()
  }

  private forget(): void {
    this.seen = []
    this.looked = null
  }

  private follow(): void {
    const { state } = this.session.view
    if (!state || !this.language.known) return
    if (state.order === this.looked?.order && state.cells === this.looked.cells) return
    this.looked = state
    const now = state.order.map((id) => state.cells.get(id)?.text.doc)
    if (now.length === this.seen.length && now.every((doc, at) => doc === this.seen[at])) return
    this.seen = now
    clearTimeout(this.timer)
    this.timer = setTimeout(() => void this.look(), pauseMs)
  }

  private async look(): Promise<void> {
    const { seen } = this
    const found = await this.language.known?.problems(editorOptions().problems, (sign) => t("problem.open", { sign }))
    // What was typed meanwhile is looked at by itself.
    if (!found || seen !== this.seen) return
    this.found = found
    for (const listener of [...this.listeners]) listener()
  }
}
