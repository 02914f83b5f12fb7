/** What a person can do with a notebook: each wish in one place, for keys, menus and buttons alike. */
import { sourceOf } from "../../model/cell_text"
import { cellAfter, cellBefore, type Cell, type NotebookState } from "../../model/notebook_state"
import { sectionMoves } from "../../model/section_moves"
import type { RuntimeWish } from "../../sync/leasing"
import type { NotebookSession } from "../../sync/session"
import type { BinnedCell, CellType } from "../../wire/cell"
import { newCellId, type CellId } from "../../wire/ids"
import { addedBy, CellUndo, type Step, type Undone } from "./cell_undo"
import type { NotebookFocus } from "./focus"
import { runGroup, type RunGroup } from "./run_groups"
import type { Shell } from "./shell"

/** Commands on the focused cell or the whole notebook. */
export type CommandName =
  | "run" | "run_and_next" | "run_and_insert" | "run_all" | "insert_above" | "insert_below"
  | "delete" | "to_text" | "to_code" | "move_up" | "move_down" | "interrupt" | "restart"
  | "edit" | "leave" | "next" | "previous" | "save" | "split" | "merge" | "undo" | "redo"
  | "extend_down" | "extend_up" | "comment" | "pin" | "run_before" | "run_after" | "run_section" | "run_selection"

const isBlank = (cell: Cell): boolean => sourceOf(cell.text).trim() === ""
const canRun = (cell: Cell | undefined): cell is Cell =>
  cell?.cell_type === "code" && cell.run === null && !isBlank(cell)

/** Line ends around a place: a split takes them away. */
function newlinesAround(source: string, at: number): number {
  const before = /\n*$/.exec(source.slice(0, at))?.[0].length ?? 0
  const behind = /^\n*/.exec(source.slice(at))?.[0].length ?? 0
  return Math.min(100, before + behind)
}

export class NotebookCommands {
  readonly history: CellUndo

  constructor(
    private readonly session: NotebookSession,
    private readonly focus: NotebookFocus,
    private readonly shell: Shell,
  ) {
    this.history = new CellUndo(session)
  }

  private get state(): NotebookState | null {
    return this.session.view.writable ? this.session.view.state : null
  }

  /** The notebook is open, to be looked at only. */
  get looksOn(): boolean {
    return this.session.view.state !== null && !this.session.view.writable
  }

  /** Carries out a command on the focused cell. */
  execute(name: CommandName): void {
    const id = this.focus.view.cell
    switch (name) {
      case "run_all": return this.runAll()
      case "interrupt": return this.session.interrupt()
      case "restart": return this.shell.confirmRestart()
      case "save": return this.shell.savesByItself()
      case "pin": return this.shell.pins()
      case "undo": return this.afterUndo(this.history.undo())
      case "redo": return this.afterUndo(this.history.redo())
      default:
        if (id !== null && this.session.view.state?.cells.has(id)) this.onCell(name, id)
    }
  }

  private onCell(
    name: Exclude<CommandName, "run_all" | "interrupt" | "restart" | "save" | "pin" | "undo" | "redo">,
    id: CellId,
  ): void {
    switch (name) {
      case "run": return this.runHere(id)
      case "run_before": return this.runGroup("before", id)
      case "run_after": return this.runGroup("after", id)
      case "run_section": return this.runGroup("section", id)
      case "run_selection": return this.runSelection(id)
      case "extend_down": return this.extend(id, 1)
      case "extend_up": return this.extend(id, -1)
      case "run_and_next": return this.runAndNext(id)
      case "run_and_insert": return this.runAndInsert(id)
      case "insert_above": return this.insert("code", this.before(id))
      case "insert_below": return this.insert("code", id)
      case "delete": return this.remove(id)
      case "to_text": return this.convertAll(id, "markdown")
      case "to_code": return this.convertAll(id, "code")
      case "move_up": return this.moveUp(id)
      case "move_down": return this.moveDown(id)
      case "split": return this.split(id)
      case "merge": return this.merge(id)
      case "edit": return this.edit(id)
      case "comment": return this.shell.comment(id)
      case "leave": return this.focus.move(id, "cell")
      case "next": return void this.step(id, 1)
      case "previous": return void this.step(id, -1)
    }
  }

  /** The cells that are chosen together with this one, in order; else this one alone. */
  chosenWith(id: CellId): readonly CellId[] {
    const { chosen } = this.focus.view
    const order = this.session.view.state?.order ?? []
    const cells = chosen.has(id) ? order.filter((other) => chosen.has(other)) : []
    return cells.length > 1 ? cells : [id]
  }

  /** Chooses the neighbour too. */
  private extend(id: CellId, by: 1 | -1): void {
    const { state } = this.session.view
    const next = state && (by === 1 ? cellAfter(state, id) : cellBefore(state, id))
    if (state && next !== null) this.focus.extend(next, state.order)
  }

  private before(id: CellId): CellId | null {
    return this.state ? cellBefore(this.state, id) : null
  }

  edit(id: CellId): void {
    if (this.looksOn) this.shell.mayNotEdit(id)
    else this.focus.move(id, "edit")
  }

  /** Runs a cell and stays; a text cell is shown instead of edited. */
  runHere(id: CellId): void {
    const ids = this.chosenWith(id)
    this.run(ids)
    if (ids.length === 1 && this.state?.cells.get(id)?.cell_type !== "code") this.focus.move(id, "cell")
  }

  /** Runs what can run of these; text cells, empty and waiting ones are passed over. */
  run(ids: readonly CellId[]): void {
    if (this.looksOn) return this.shell.mayNotRun(ids)
    const cells = ids.filter((id) => canRun(this.state?.cells.get(id)) && !(ids.length === 1 && this.shell.showsHelp?.(id)))
    if (cells.length > 0) this.shell.beforeRun(() => this.session.wish({ type: "run", cells }))
  }

  /** What is selected in the cell's text; else the cells that are chosen. */
  private runSelection(id: CellId): void {
    const cell = this.session.view.state?.cells.get(id)
    const { main } = cell?.text.selection ?? {}
    const code = cell?.cell_type === "code" && this.focus.view.mode === "edit" && main ? cell.text.sliceDoc(main.from, main.to) : ""
    if (code.trim() === "") return this.run(this.chosenWith(id))
    if (this.looksOn) return this.shell.mayNotRun([id])
    this.shell.beforeRun(() => this.shell.runPart(id, code))
  }

  /** Runs code that is no cell's. */
  runScratch(id: CellId, code: string): void {
    if (this.looksOn) this.shell.mayNotRun([])
    else if (code.trim() !== "") this.shell.beforeRun(() => this.session.scratch.run(id, code))
  }

  runAll(): void {
    this.run(this.session.view.state?.order ?? [])
  }

  runSection(id: CellId): void {
    this.runGroup("section", id)
  }

  /** Puts a cell, or all that are chosen with it, behind `after`. */
  place(id: CellId, after: CellId | null): void {
    const { state } = this
    if (!state) return
    const ids = this.chosenWith(id)
    if (after !== null && ids.includes(after)) return
    let last = after
    for (const cell of ids) {
      this.put(cell, last)
      last = cell
    }
    if (ids.length === 1) this.focus.move(id, "cell")
  }

  /** Puts the section that `head` begins before the one that `next` does; at the end where there is none. */
  placeSection(head: CellId, next: CellId | null): void {
    const { state } = this
    const moves = state ? sectionMoves(state, head, next) : []
    for (const { cell, after } of moves) this.put(cell, after)
    if (moves.length > 0) this.focus.move(head, "cell")
  }

  private runGroup(group: RunGroup, id: CellId): void {
    const { state } = this.session.view
    if (state) this.run(runGroup(state, group, id))
  }

  /** Asks for a runtime. */
  connect(): void {
    if (this.looksOn) this.shell.mayNotRun([])
    else this.session.leasing.connect()
  }

  /** Asks for this runtime; one that there is ends for it, but for what one waits for. */
  connectTo(wish: RuntimeWish): void {
    if (this.looksOn) this.shell.mayNotRun([])
    else this.session.leasing.replace(wish)
  }

  /** Runs a cell and goes to the next, which is made at the end of the notebook. */
  runAndNext(id: CellId): void {
    if (this.looksOn) return this.run([id])
    const { state } = this
    if (!state) return
    const ids = this.chosenWith(id)
    this.run(ids)
    const last = ids.at(-1) ?? id
    const next = cellAfter(state, last)
    if (next === null) this.insert("code", last)
    else this.focus.move(next, "cell")
  }

  runAndInsert(id: CellId): void {
    this.run([id])
    this.insert("code", id)
  }

  /** The button beside a cell: runs it, takes it out of the queue, or interrupts it. */
  toggleRun(id: CellId): void {
    const run = this.state?.cells.get(id)?.run
    if (!run) this.run([id]) // Also of those who only look, whatever the cell does elsewhere.
    else if (run.lane !== this.session.view.inUse) this.shell.runsElsewhere(run.by.name)
    else if (run.state === "queued") this.session.wish({ type: "cancel_runs", cells: [id] })
    else this.session.interrupt()
  }

  insert(cell_type: CellType, after: CellId | null, source = ""): void {
    if (!this.state) return
    const cell = newCellId()
    this.session.wish({ type: "insert_cell", cell, cell_type, after, source, metadata: {} })
    this.history.did({ kind: "insert", cells: [{ cell, after }] })
    this.focus.move(cell, "edit")
  }

  /** A new code cell above `id` with `source`, which runs at once. */
  runAbove(id: CellId, source: string): void {
    if (!this.state?.cells.has(id)) return
    const after = this.before(id)
    const cell = newCellId()
    this.session.wish({ type: "insert_cell", cell, cell_type: "code", after, source, metadata: {} })
    this.history.did({ kind: "insert", cells: [{ cell, after }] })
    this.focus.move(cell, "cell")
    this.shell.beforeRun(() => this.session.wish({ type: "run", cells: [cell] }))
  }

  /** Below the focused cell, or at the end. */
  insertBelowFocus(cell_type: CellType, source = ""): void {
    const { state } = this
    const focused = this.focus.view.cell
    const after = focused !== null && state?.cells.has(focused) ? focused : state?.order.at(-1)
    this.insert(cell_type, after ?? null, source)
  }

  /** A text cell that begins a section, below the focused cell. */
  insertSection(): void {
    this.insertBelowFocus("markdown", "# New section")
  }

  /** Deletes a cell, or all that are chosen with it. `silently`: the person has them elsewhere. */
  remove(id: CellId, how?: "silently"): void {
    const { state } = this
    if (!state?.cells.has(id)) return
    const ids = this.chosenWith(id)
    const placed = ids.map((cell) => ({ cell, after: cellBefore(state, cell) }))
    const next = cellAfter(state, ids.at(-1) ?? id) ?? placed[0]?.after ?? null
    const step: Step = { kind: "delete", cells: placed }
    for (const cell of ids) this.session.wish({ type: "delete_cell", cell })
    this.history.did(step)
    this.focus.move(next, "cell")
    const cells = ids.map((cell) => state.cells.get(cell))
    if (how === "silently" || cells.every((cell) => !cell || (isBlank(cell) && cell.outputs.length === 0))) return
    this.shell.cellsDeleted(ids.length, () => this.afterUndo(this.history.takeBack(step)))
  }

  takeBack(step: Step): void {
    this.afterUndo(this.history.takeBack(step))
  }

  private afterUndo(undone: Undone | null): void {
    if (!undone) return
    if (!undone.done) this.shell.notUndone(undone)
    else if (undone.cell !== null) this.focus.move(undone.cell, "cell")
  }

  /** Out of the list of deleted cells, to where it stood or to the end. */
  restore(binned: BinnedCell): void {
    const { state } = this
    if (!state) return
    const { id: cell } = binned
    const after = binned.after === null || state.cells.has(binned.after)
      ? binned.after : state.order.at(-1) ?? null
    this.session.wish({ type: "restore_cell", cell, after })
    this.history.did({ kind: "insert", cells: [{ cell, after }] })
    this.focus.move(cell, "cell")
  }

  /** Where the cursor is. */
  split(id: CellId): void {
    const cell = this.state?.cells.get(id)
    if (!cell || this.focus.view.mode !== "edit") return
    const at = cell.text.selection.main.head
    const part = newCellId()
    this.history.did({
      kind: "split", cells: [id, part], newlines: newlinesAround(sourceOf(cell.text), at),
    })
    this.session.split(id, at, part)
    this.focus.move(part, "edit")
  }

  /** The cells that are chosen together, else this one with the next. */
  merge(id: CellId): void {
    const { state } = this
    const next = state ? cellAfter(state, id) : null
    const chosen = this.chosenWith(id)
    const cells = chosen.length > 1 ? chosen : next === null ? [] : [id, next]
    const [first] = cells
    if (!state || first === undefined) return
    this.session.wish({ type: "merge_cells", cells, newlines: 1 })
    this.history.did({ kind: "merge", cells, newlines: 1, added: addedBy(state, cells, 1) })
    this.focus.move(first, this.focus.view.mode)
  }

  private convertAll(id: CellId, cell_type: CellType): void {
    for (const cell of this.chosenWith(id)) this.convert(cell, cell_type)
  }

  convert(id: CellId, cell_type: CellType): void {
    const from = this.state?.cells.get(id)?.cell_type
    if (from === undefined || from === cell_type) return
    this.session.wish({ type: "set_cell_type", cell: id, cell_type })
    this.history.did({ kind: "convert", cell: id, from })
    if (!this.focus.view.chosen.has(id)) this.focus.move(id, this.focus.view.mode)
  }

  moveUp(id: CellId): void {
    const { state } = this
    const ids = this.chosenWith(id)
    const before = state ? cellBefore(state, ids[0] ?? id) : null
    if (!state || before === null) return
    if (ids.length === 1) this.move(id, cellBefore(state, before))
    else this.put(before, ids.at(-1) ?? id)
  }

  moveDown(id: CellId): void {
    const { state } = this
    const ids = this.chosenWith(id)
    const next = state ? cellAfter(state, ids.at(-1) ?? id) : null
    if (!state || next === null) return
    if (ids.length === 1) this.move(id, next)
    else this.put(next, cellBefore(state, ids[0] ?? id))
  }

  private move(cell: CellId, after: CellId | null): void {
    this.put(cell, after)
    this.focus.move(cell, this.focus.view.mode)
  }

  /** Several cells move by one place when their neighbour goes to their other end. */
  private put(cell: CellId, after: CellId | null): void {
    const from = this.before(cell)
    this.session.wish({ type: "move_cell", cell, after })
    this.history.did({ kind: "move", cell, from })
  }

  clearOutputs(cells: readonly CellId[]): void {
    if (!this.state) return
    const withOutput = [...this.state.cells.values()].filter((cell) =>
      (cells.length === 0 || cells.includes(cell.id)) &&
      (cell.outputs.length > 0 || cell.execution_count !== null))
    if (withOutput.length === 0) return
    this.session.wish({ type: "clear_outputs", cells })
    this.history.did({ kind: "clear", cells: withOutput.map(({ id }) => id) })
  }

  /** To the neighbour in the same mode; whether there is one. Text cells are not opened by passing. */
  step(id: CellId, by: 1 | -1): boolean {
    const { state } = this.session.view
    if (!state) return false
    let to: CellId | null = id
    do to = by === 1 ? cellAfter(state, to) : cellBefore(state, to)
    while (to !== null && this.shell.isHidden?.(to))
    const cell = to === null ? undefined : state.cells.get(to)
    if (!cell) return false
    this.focus.move(cell.id, cell.cell_type === "code" ? this.focus.view.mode : "cell")
    return true
  }
}
