/** Cutting, copying and pasting cells as wholes. What was cut comes back with its outputs where it is pasted first. */
import { clipboardType, copiedCells, pastedCells, type CopiedCell } from "../../model/cell_clipboard"
import type { Cell } from "../../model/notebook_state"
import type { NotebookSession } from "../../sync/session"
import { showToast } from "../../ui/toast"
import { newCellId, type CellId } from "../../wire/ids"
import { t } from "../../words/words"
import type { NotebookCommands } from "./commands"
import type { NotebookFocus } from "./focus"

export class CellClipboard {
  /** What this page copied last, for a clipboard that holds text only. */
  private last = { text: "", json: "" }
  private cut: readonly CellId[] = []

  constructor(
    private readonly session: NotebookSession,
    private readonly focus: NotebookFocus,
    private readonly commands: NotebookCommands,
  ) {}

  /** By the browser's own keys. Whether the clipboard was taken: else it is the browser's, as for selected text. */
  onCopy(data: DataTransfer, cuts: boolean): boolean {
    if (!this.take(cuts)) return false
    data.setData("text/plain", this.last.text)
    data.setData(clipboardType, this.last.json)
    return true
  }

  onPaste(data: DataTransfer): boolean {
    return this.put(data.getData(clipboardType), data.getData("text/plain"))
  }

  /** By a menu. */
  async copy(cuts: boolean): Promise<void> {
    if (!this.take(cuts)) return
    try {
      await navigator.clipboard.writeText(this.last.text)
    } catch {
      // The browser does not let a page write there; within the page it can be pasted all the same.
    }
  }

  async paste(): Promise<void> {
    let { text } = this.last
    try {
      text = await navigator.clipboard.readText()
    } catch {
      // The same.
    }
    this.put("", text)
  }

  private take(cuts: boolean): boolean {
    const { cell: focused } = this.focus.view
    const { state, writable } = this.session.view
    if (!state || focused === null || (cuts && !writable)) return false
    const ids = this.commands.chosenWith(focused)
    const cells = ids.map((id) => state.cells.get(id)).filter((cell): cell is Cell => cell !== undefined)
    if (cells.length === 0) return false
    this.last = copiedCells(cells)
    this.cut = cuts ? ids : []
    if (cuts) this.commands.remove(focused, "silently")
    return true
  }

  private put(json: string, text: string): boolean {
    const { state, writable } = this.session.view
    if (!state || !writable) return false
    const own = json === this.last.json || (json === "" && text === this.last.text)
    const cells = pastedCells(own ? this.last.json : json, text)
    if (cells === "too_large") {
      showToast({ text: t("cells.paste_large"), level: "warning" })
      return true
    }
    if (cells.length === 0) return false
    const { cell: focused } = this.focus.view
    const after = focused !== null && state.cells.has(focused) ? this.commands.chosenWith(focused).at(-1) ?? focused
      : state.order.at(-1) ?? null
    const bin = new Set(state.bin.map(({ id }) => id))
    const back = own && this.cut.length > 0 && this.cut.every((id) => bin.has(id)) ? this.cut : null
    this.cut = []
    const ids = back ?? cells.map(() => newCellId())
    const placed = ids.map((cell, at) => ({ cell, after: at === 0 ? after : ids[at - 1] ?? after }))
    for (const [at, place] of placed.entries()) {
      const cell = cells[at]
      if (back) this.session.wish({ type: "restore_cell", ...place })
      else if (cell) this.insert(place.cell, place.after, cell)
    }
    this.commands.history.did({ kind: "insert", cells: placed })
    const last = ids.at(-1)
    if (last !== undefined) this.focus.move(last, "cell")
    return true
  }

  private insert(id: CellId, after: CellId | null, { cell_type, source, metadata, attachments }: CopiedCell): void {
    this.session.wish({ type: "insert_cell", cell: id, cell_type, after, source, metadata })
    if (Object.keys(attachments).length > 0) this.session.wish({ type: "set_attachments", cell: id, attachments })
  }
}
