/**
 * @codemirror/collab alone, as its guide has it: a text for each cell, pushes that may get lost or go out
 * twice, and a snapshot when it does not know how to go on. It shares nothing of the page but the parsers.
 */
import { collab, getSyncedVersion, receiveUpdates, sendableUpdates } from "@codemirror/collab"
import { ChangeSet, EditorState, Text, type ChangeSpec } from "@codemirror/state"
import type { Socket } from "../src/sync/connection"
import type { Snapshot, SnapshotCell } from "../src/wire/cell"
import { clientId, type CellId, type ClientId } from "../src/wire/ids"
import type { LogRecord, TextChange } from "../src/wire/record"
import { parseServerText } from "../src/wire/server_message"
import type { Peer, World } from "./peer"
import { anyPlace, anySpan } from "./place"

interface CellText {
  readonly text: EditorState
  readonly confirmed: number
}

const sourceOf = (text: EditorState): string => text.doc.sliceString(0, text.doc.length, "\n")

export class BarePeer implements Peer {
  readonly recovered: string[] = []
  private readonly client: ClientId
  private cells = new Map<CellId, CellText>()
  private socket: Socket | null = null
  private place: { epoch: string; seq: number } | null = null
  private caughtUp = false
  private writable = false
  private command = 0
  private connections = 0
  /** Which push is on its way for a cell. */
  private pushes = new Map<CellId, number>()

  constructor(private readonly world: World, readonly name: string, readonly user: string) {
    this.client = clientId(`t_bare_${name}`)
    this.connect()
  }

  get settled(): boolean {
    return this.caughtUp && [...this.cells.values()].every(({ text }) => sendableUpdates(text).length === 0)
  }

  heal(): void {
    if (!this.socket) this.connect()
    else if (this.caughtUp) for (const id of this.cells.keys()) this.push(id)
  }

  faults(server: Snapshot): readonly string[] {
    const theirs = new Map(server.cells.map((cell) => [cell.id, cell]))
    return [...new Set([...this.cells.keys(), ...theirs.keys()])].flatMap((id) => {
      const [here, there] = [this.cells.get(id), theirs.get(id)]
      const same = here && there && sourceOf(here.text) === there.source &&
        getSyncedVersion(here.text) === there.version && here.confirmed === this.confirmedIn(there)
      return same ? [] : [`cell ${id}: ${here && JSON.stringify(sourceOf(here.text))} here, ${JSON.stringify(there)} at the server`]
    })
  }

  act(): void {
    const { chance, ledger } = this.world
    if (!this.socket && chance.happens(0.5)) this.connect()
    const id = chance.pick([...this.cells.keys()])
    const cell = id && this.cells.get(id)
    if (!cell || !this.writable) return
    const { doc } = cell.text
    const kind = chance.below(10)
    if (kind < 6) {
      this.change(id, cell, { from: anyPlace(chance, doc), insert: ledger.fresh(this.name, chance.between(1, 3)) })
    } else if (kind < 8) {
      const span = anySpan(chance, doc, 5)
      ledger.remove(this.name, id, doc.sliceString(span.from, span.to, "\n"))
      this.change(id, cell, span)
    } else this.push(id)
  }

  private change(id: CellId, cell: CellText, changes: ChangeSpec): void {
    const transaction = cell.text.update({ changes })
    this.world.trace(`${this.client}: ${id} ${JSON.stringify(transaction.changes.toJSON())}`)
    this.cells.set(id, { ...cell, text: transaction.state })
    if (!this.pushes.has(id)) this.push(id)
  }

  private push(id: CellId): void {
    const cell = this.cells.get(id)
    const updates = cell ? sendableUpdates(cell.text) : []
    if (!cell || !this.caughtUp || updates.length === 0) return
    this.command += 1
    this.pushes.set(id, this.command)
    const message = JSON.stringify({
      type: "command", command: this.command,
      op: {
        type: "push_text", cell: id, version: getSyncedVersion(cell.text), first: cell.confirmed,
        changes: updates.map(({ changes }): unknown => changes.toJSON()),
      },
    })
    // One in seven is lost on the way, one in seven goes out twice.
    const copies = [0, 1, 1, 1, 1, 1, 2][this.world.chance.below(7)] ?? 1
    for (let i = 0; i < copies; i += 1) this.socket?.send(message)
  }

  private connect(): void {
    const connection = ++this.connections
    this.caughtUp = false
    this.socket = this.world.network.opener(this.user)({
      opened: () => {
        if (connection !== this.connections) return
        this.socket?.send(JSON.stringify({ type: "hello", client: this.client, protocol: 1, ...this.place }))
      },
      received: (frame) => {
        if (connection === this.connections && typeof frame === "string") this.receive(frame)
      },
      closed: () => {
        if (connection === this.connections) this.lose()
      },
    })
  }

  private lose(): void {
    this.connections += 1
    this.socket?.close()
    this.socket = null
    this.caughtUp = false
  }

  private receive(frame: string): void {
    const message = parseServerText(frame)
    switch (message.type) {
      case "welcome":
        this.writable = ["editor", "owner"].includes(message.notebook.role)
        break
      case "role":
        this.writable = ["editor", "owner"].includes(message.role)
        break
      case "snapshot":
        this.load(message.snapshot)
        break
      case "records":
        for (const record of message.records) this.follow(record)
        break
      case "lease":
        this.caughtUp = true
        this.pushes.clear()
        for (const id of this.cells.keys()) this.push(id)
        break
      case "refused":
        this.refused(message.command, message.error.code)
        break
      default:
        break
    }
  }

  private confirmedIn(cell: SnapshotCell): number {
    return Object.hasOwn(cell.confirmed, this.client) ? cell.confirmed[this.client] ?? 0 : 0
  }

  private fresh(cell: SnapshotCell): CellText {
    const text = EditorState.create({
      doc: Text.of(cell.source.split("\n")),
      extensions: [EditorState.lineSeparator.of("\n"), collab({ startVersion: cell.version, clientID: this.client })],
    })
    return { text, confirmed: this.confirmedIn(cell) }
  }

  private load({ epoch, seq, cells }: Snapshot): void {
    const before = this.cells
    this.cells = new Map(cells.map((cell) => [cell.id, this.fresh(cell)]))
    this.place = { epoch, seq }
    for (const [id, { text, confirmed }] of before) {
      const pending = sendableUpdates(text).length
      const now = this.cells.get(id)
      if (pending > 0 && !(now && now.confirmed >= confirmed + pending)) this.recover(id, text)
    }
  }

  private recover(id: CellId, text: EditorState): void {
    this.recovered.push(sourceOf(text))
    this.world.ledger.forgo(this.name, id)
  }

  private follow(record: LogRecord): void {
    if (!this.place || record.seq <= this.place.seq) return
    if (record.seq !== this.place.seq + 1) { // A gap: all anew.
      this.place = null
      this.lose()
      return
    }
    this.place = { ...this.place, seq: record.seq }
    switch (record.type) {
      case "text_changed": return this.take(record)
      case "cell_split":
        this.take(record)
        this.cells.set(record.inserted.id, this.fresh(record.inserted))
        return
      case "cells_merged":
        this.take(record)
        for (const id of record.merged) this.drop(id)
        return
      case "cell_inserted":
        this.cells.set(record.cell.id, this.fresh(record.cell))
        return
      case "cell_deleted": return this.drop(record.cell)
      default: return
    }
  }

  private take({ cell: id, version, updates }: TextChange): void {
    const cell = this.cells.get(id)
    if (!cell) return
    if (version !== getSyncedVersion(cell.text)) throw new Error(`${this.name}: text ${version} of ${id} does not follow`)
    let { text, confirmed } = cell
    for (const { client, changes } of updates) {
      text = receiveUpdates(text, [{ clientID: client, changes: ChangeSet.fromJSON(changes) }]).state
      if (client === this.client) confirmed += 1
    }
    this.cells.set(id, { text, confirmed })
    if (confirmed > cell.confirmed) {
      this.pushes.delete(id)
      this.push(id)
    }
  }

  private drop(id: CellId): void {
    const cell = this.cells.get(id)
    this.cells.delete(id)
    this.pushes.delete(id)
    if (cell && sendableUpdates(cell.text).length > 0) this.recover(id, cell.text)
  }

  private refused(command: number, code: string): void {
    const found = [...this.pushes].find(([, number]) => number === command)
    this.world.trace(`${this.client}: ${command} refused: ${code}`)
    if (!found || code === "conflict" || code === "no_such_cell") return
    const [id] = found
    const cell = this.cells.get(id)
    this.cells.delete(id)
    if (cell) this.recover(id, cell.text)
    this.place = null
    this.lose()
  }
}
