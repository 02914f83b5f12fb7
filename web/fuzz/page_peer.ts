/** The page itself, without a browser: its session, its undo, and what it keeps for when it is gone. */
import { redo, undo } from "@codemirror/commands"
import type { EditorState, Transaction, TransactionSpec } from "@codemirror/state"
import { CellUndo } from "../src/app/notebook/cell_undo"
import { sourceOf } from "../src/model/cell_text"
import { fromSnapshot, type Cell, type NotebookState } from "../src/model/notebook_state"
import { NotebookSession } from "../src/sync/session"
import { Tabs } from "../src/sync/tabs"
import { UnsentKeeper } from "../src/sync/unsent_keeper"
import { UnsentStore } from "../src/sync/unsent_store"
import { cellTypes, type Snapshot } from "../src/wire/cell"
import { clientId, newCellId, notebookId, userId, type CellId } from "../src/wire/ids"
import type { Op } from "../src/wire/page_message"
import type { Browser } from "./browser"
import { comment } from "./commenting"
import { differences } from "./compare"
import type { Peer, World } from "./peer"
import { anyPlace, anySpan } from "./place"

const weights = {
  type: 40, erase: 12, replace: 6, undo: 6, redo: 3, insert: 5, remove: 3, restore: 3, move: 4,
  split: 4, merge: 3, convert: 2, metadata: 2, clear: 1, cellUndo: 4, cellRedo: 2, comment: 6,
  recovered: 2, look: 3,
}

export class PagePeer implements Peer {
  session: NotebookSession
  private keeper: UnsentKeeper
  private tabs: Tabs
  private cellUndo: CellUndo
  private store: UnsentStore
  private generation = 0
  private healed = 0
  /** Letters of wishes that nobody keeps when the page is gone. */
  private wished = ""

  constructor(
    private readonly world: World, readonly name: string, readonly user: string,
    private readonly browser: Browser,
  ) {
    ({ session: this.session, keeper: this.keeper, tabs: this.tabs, cellUndo: this.cellUndo, store: this.store } =
      this.open())
  }

  private open(): {
    session: NotebookSession; keeper: UnsentKeeper; tabs: Tabs; cellUndo: CellUndo; store: UnsentStore
  } {
    const { clock, network } = this.world
    const client = clientId(`t_${this.name}_${++this.generation}`)
    const socket = network.opener(this.user)
    const session = new NotebookSession({ client, open: socket, clock, probe: () => Promise.resolve(null) })
    const tabs = new Tabs(client, clock, this.browser.channel)
    const store = new UnsentStore(this.browser.storage, userId(this.user), notebookId("n_1"), client)
    const keeper = new UnsentKeeper(session, store, tabs, socket, clock)
    session.onRefused((op) => this.refused(op))
    let known = 0
    session.subscribe(() => {
      const { recovered } = session.view
      if (recovered.length !== known) {
        this.world.trace(`${client} has recovered: ${JSON.stringify(recovered.map(({ cell, source }) => [cell, source]))}`)
      }
      // What was changed in these cells is known to have come to nothing.
      if (recovered.length > known) for (const { cell } of recovered) this.world.ledger.forgo(this.name, cell)
      known = recovered.length
    })
    session.start()
    keeper.start()
    return { session, keeper, tabs, store, cellUndo: new CellUndo(session) }
  }

  get state(): NotebookState | null {
    return this.session.view.state
  }

  get recovered(): readonly string[] {
    return this.session.view.recovered.map(({ source }) => source)
  }

  get settled(): boolean {
    const { connection, unsent } = this.session.view
    return connection.kind === "online" && !unsent && this.session.unsentTexts().length === 0 &&
      this.leftBehind.length === 0
  }

  /** What a tab that is gone left, and nobody has brought to the server yet. */
  private get leftBehind(): readonly string[] {
    const { storage } = this.browser
    return Object.keys(storage).filter((key) => key.startsWith("colibri.unsent "))
      .map((key) => storage.getItem(key) ?? "").filter((text) => !text.includes('"texts":[]'))
  }

  heal(): void {
    // A late word of a dead tab sends away who brings its text: then the next page does it.
    this.healed += 1
    if (this.healed % 50 === 0 && this.leftBehind.length > 0) return this.reopen()
    if (this.session.view.connection.kind === "ended") this.session.revive()
    else if (this.session.view.connection.kind === "offline") this.session.start()
  }

  /** The tab is gone; another is opened in its place. */
  reopen(): void {
    this.world.trace(`${this.name} is closed and opened again`)
    // Wishes are not kept, only what is typed into cells.
    this.world.ledger.excuse(this.wished)
    this.wished = ""
    this.keeper.saveNow()
    this.tabs.close()
    this.store.keep = () => undefined
    this.keeper.stop()
    this.session.stop()
    ;({ session: this.session, keeper: this.keeper, tabs: this.tabs, cellUndo: this.cellUndo, store: this.store } =
      this.open())
  }

  faults(server: Snapshot): readonly string[] {
    return this.state ? differences(this.state, fromSnapshot(server, this.session.client)) : ["no document"]
  }

  act(): void {
    const { state } = this
    if (!state) return
    const kind = this.world.chance.weighed(weights)
    if (kind === "look") return this.look(state)
    if (kind === "comment") {
      const fresh = (): string => this.fresh(2)
      return comment(this.world, this.session, fresh, (op) => this.wish(op))
    }
    if (kind === "recovered") return this.resolveRecovered()
    if (!this.session.view.writable) return
    this.trace(kind)
    switch (kind) {
      case "cellUndo": return this.undoCells(() => this.cellUndo.undo())
      case "cellRedo": return this.undoCells(() => this.cellUndo.redo())
      case "insert": return this.insert(state)
      case "restore": return this.restore(state)
      case "clear": return this.wish({ type: "clear_outputs", cells: [] })
      case "undo":
      case "redo":
      case "type":
      case "erase":
      case "replace": return this.write(kind, state)
      default: return this.arrange(kind, state)
    }
  }

  private trace(what: string): void {
    this.world.trace(`${this.session.client} (${this.session.view.connection.kind}): ${what}`)
  }

  private anyCell(state: NotebookState): Cell | undefined {
    const id = this.world.chance.pick(state.order)
    return id === undefined ? undefined : state.cells.get(id)
  }

  private wish(op: Op): void {
    this.trace(JSON.stringify(op))
    this.session.wish(op)
  }

  /** Text of a wish. */
  private fresh(length: number): string {
    const text = this.world.ledger.fresh(this.name, length)
    this.wished += text
    return text
  }

  private write(kind: "type" | "erase" | "replace" | "undo" | "redo", state: NotebookState): void {
    const { chance, ledger } = this.world
    const cell = this.anyCell(state)
    if (!cell) return
    const { doc } = cell.text
    const span = anySpan(chance, doc, 6)
    switch (kind) {
      case "type": {
        const insert = ledger.fresh(this.name, chance.between(1, 4))
        return this.dispatch(cell, { changes: { from: anyPlace(chance, doc), insert }, userEvent: "input.type" })
      }
      case "erase":
        return this.dispatch(cell, { changes: span, userEvent: "delete.selection" })
      case "replace": {
        const insert = ledger.fresh(this.name, chance.between(1, 3))
        return this.dispatch(cell, { changes: { ...span, insert }, userEvent: "input.paste" })
      }
      case "undo":
      case "redo": {
        const command = kind === "undo" ? undo : redo
        command({ state: cell.text, dispatch: (transaction) => this.apply(cell, transaction, true) })
      }
    }
  }

  private dispatch(cell: Cell, spec: TransactionSpec): void {
    this.apply(cell, cell.text.update(spec), false)
  }

  private apply(cell: Cell, transaction: Transaction, isUndo: boolean): void {
    const { ledger } = this.world
    const { startState } = transaction
    transaction.changes.iterChanges((from, to, _from, _to, inserted) => {
      ledger.remove(this.name, cell.id, textOf(startState, from, to))
      if (isUndo) ledger.release(inserted.sliceString(0, inserted.length, "\n"))
    })
    this.trace(`${cell.id} ${JSON.stringify(transaction.changes.toJSON())}`)
    this.session.edit(cell.id, transaction.state)
  }

  private insert(state: NotebookState): void {
    const { chance } = this.world
    const after = chance.happens(0.2) ? null : chance.pick(state.order) ?? null
    const source = chance.happens(0.5) ? "" : this.fresh(chance.between(1, 4))
    const cell = newCellId()
    this.cellUndo.did({ kind: "insert", cells: [{ cell, after }] })
    this.wish({
      type: "insert_cell", cell, cell_type: chance.pick(cellTypes) ?? "code", after, source, metadata: {},
    })
  }

  private restore(state: NotebookState): void {
    const binned = this.world.chance.pick(state.bin)
    if (!binned) return
    const after = binned.after !== null && !state.cells.has(binned.after) ? null : binned.after
    this.wish({ type: "restore_cell", cell: binned.id, after })
  }

  private arrange(
    kind: "remove" | "move" | "split" | "merge" | "convert" | "metadata", state: NotebookState,
  ): void {
    const { chance } = this.world
    const cell = this.anyCell(state)
    if (!cell) return
    const before = state.order[state.order.indexOf(cell.id) - 1] ?? null
    switch (kind) {
      case "remove":
        this.cellUndo.did({ kind: "delete", cells: [{ cell: cell.id, after: before }] })
        return this.wish({ type: "delete_cell", cell: cell.id })
      case "move": {
        const after = chance.happens(0.2) ? null : chance.pick(state.order) ?? null
        if (after === cell.id) return
        this.cellUndo.did({ kind: "move", cell: cell.id, from: before })
        return this.wish({ type: "move_cell", cell: cell.id, after })
      }
      case "split": {
        const part = newCellId()
        this.cellUndo.did({ kind: "split", cells: [cell.id, part], newlines: 1 })
        return this.session.split(cell.id, anyPlace(chance, cell.text.doc), part)
      }
      case "merge": return this.merge(state, cell.id)
      case "convert": {
        const cell_type = chance.pick(cellTypes) ?? "code"
        this.cellUndo.did({ kind: "convert", cell: cell.id, from: cell.cell_type })
        return this.wish({ type: "set_cell_type", cell: cell.id, cell_type })
      }
      case "metadata":
        if (chance.happens(0.5)) {
          return this.wish({ type: "set_cell_metadata", cell: cell.id, metadata: { n: chance.below(1000) } })
        }
        return this.wish({ type: "set_notebook_metadata", metadata: { n: chance.below(1000) } })
    }
  }

  private merge(state: NotebookState, first: CellId): void {
    const { chance } = this.world
    const at = state.order.indexOf(first)
    const cells = state.order.slice(at, at + chance.between(2, 3))
    if (cells.length < 2) return
    const newlines = chance.below(3)
    this.cellUndo.did({ kind: "merge", cells, newlines, added: "" })
    this.wish({ type: "merge_cells", cells, newlines })
  }

  /** What this takes back and puts there again is not followed letter by letter. */
  private undoCells(change: () => unknown): void {
    const before = this.state
    change()
    const after = this.state
    if (!before || !after) return
    for (const cell of before.cells.values()) {
      const now = after.cells.get(cell.id)
      if (now && now.text !== cell.text) this.world.ledger.release(sourceOf(cell.text) + sourceOf(now.text))
    }
  }

  private resolveRecovered(): void {
    const { session, world } = this
    const text = world.chance.pick(session.view.recovered)
    if (!text || !session.view.writable) return
    const keep = world.chance.happens(0.7)
    this.trace(`recovered ${text.id}: ${keep ? "kept" : "let go"}`)
    // It holds all of its cell, also what is in the notebook by now.
    if (keep) world.ledger.repeat(text.source)
    else world.ledger.excuse(text.source)
    this.wished += text.source
    session.resolveRecovered(text.id, keep)
  }

  private look(state: NotebookState): void {
    const cell = this.anyCell(state)
    if (!cell) return
    const { presence } = this.session
    presence.at({ cell: cell.id, inText: true, active: this.world.chance.happens(0.9) })
    presence.caretsIn(cell.id)
  }

  private refused(op: Op): void {
    this.trace(`refused: ${JSON.stringify(op)}`)
    const { ledger } = this.world
    if (op.type === "insert_cell") ledger.excuse(op.source)
    if ("text" in op) ledger.excuse(op.text)
  }
}

function textOf(state: EditorState, from: number, to: number): string {
  return state.doc.sliceString(from, to, "\n")
}
