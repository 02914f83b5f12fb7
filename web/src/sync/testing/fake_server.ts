/**
 * For tests: a server that keeps one small document as docs/protocol.md says, in memory and at once.
 * Text is rebased by CodeMirror's own rebaseUpdates, over one update at a time (model/cell_text.ts).
 */
import { rebaseUpdates, type Update } from "@codemirror/collab"
import { ChangeSet, Text } from "@codemirror/state"
import { asArray, asObject, asString, countAt, idAt, listAt, member, parseJson, stringAt } from "../../wire/json"
import type { Json, JsonObject } from "../../wire/json"
import { toWire } from "../../model/cell_text"
import { commentRecord } from "./fake_comments"
import type { OpenSocket, SocketEvents } from "../connection"

interface FakeCell {
  text: Text
  updates: Update[]
  confirmed: Record<string, number>
  /** The oldest version that a push may start from. */
  oldest: number
  rest: JsonObject
}

/** Whose command it was. */
interface By {
  client: string
  command: number
}

type Draft = { type: string } & { [key: string]: Json }

export class FakeServer {
  epoch = "e_1"
  seq = 0
  order: string[] = []
  cells = new Map<string, FakeCell>()
  records: JsonObject[] = []
  bin = new Map<string, FakeCell>()
  /** How many records a returning page may have missed. */
  keeps = Infinity
  /** Refuses each push with this. */
  refusal: string | null = null
  /** What pages sent, oldest first. */
  heard: JsonObject[] = []
  /** Who sent each of these. */
  speakers: string[] = []
  private sockets = new Set<FakeSocket>()
  private accepted: Record<string, number> = {}

  constructor(cells: Readonly<Record<string, string>>) {
    for (const [id, source] of Object.entries(cells)) this.put(id, source, this.order.at(-1) ?? null)
  }

  readonly open: OpenSocket = (events) => {
    const socket = new FakeSocket(this, events)
    this.sockets.add(socket)
    queueMicrotask(events.opened)
    return socket
  }

  source(id: string): string | undefined {
    return this.cells.get(id)?.text.toString()
  }

  /** Drops every socket, as a cut network or a killed server does. */
  cut(code = 1006): void {
    for (const socket of [...this.sockets]) {
      this.sockets.delete(socket)
      socket.events.closed(code, "")
    }
  }

  /** Every socket is dead from now on, without a word. */
  forget(): void {
    for (const socket of this.sockets) socket.isDead = true
    this.sockets.clear()
  }

  leave(socket: FakeSocket): void {
    this.sockets.delete(socket)
    if (socket.greeted && !socket.isDead) this.tell({ type: "presence", left: [socket.client] })
  }

  /** Another person's or the server's own doing. */
  record(draft: Draft, by?: By): void {
    this.seq += 1
    const record: JsonObject = { seq: this.seq, time_ms: 1000 + this.seq, user: "", ...by, ...draft }
    this.records.push(record)
    if (by) this.accepted[by.client] = by.command
    this.tell({ type: "records", epoch: this.epoch, records: [record] })
  }

  tell(message: JsonObject, but?: FakeSocket): void {
    for (const socket of this.sockets) if (socket.greeted && socket !== but) socket.say(message)
  }

  /** The document is built anew from its file. */
  reload(cells: Readonly<Record<string, string>>): void {
    this.epoch = `${this.epoch}x`
    this.order = []
    this.cells.clear()
    for (const [id, source] of Object.entries(cells)) this.put(id, source, this.order.at(-1) ?? null)
    this.seq = 0
    this.records = []
    this.accepted = {}
  }

  insert(id: string, source: string, after: string | null, by?: By): void {
    const cell = this.put(id, source, after)
    this.record({ type: "cell_inserted", after, cell: this.toJson(id, cell) }, by)
  }

  private put(id: string, source: string, after: string | null, cell_type = "code"): FakeCell {
    const cell = {
      text: Text.of(source.split("\n")), updates: [], confirmed: {}, oldest: 0,
      rest: { cell_type, metadata: {}, execution_count: null, outputs: [], dropped_outputs: 0 },
    }
    this.cells.set(id, cell)
    const at = after === null ? 0 : this.order.indexOf(after) + 1
    this.order.splice(at, 0, id)
    return cell
  }

  remove(id: string, by?: By): void {
    this.toBin(id)
    this.record({ type: "cell_deleted", cell: id, name: "A" }, by)
  }

  private toBin(id: string): void {
    const cell = this.cells.get(id)
    if (cell) this.bin.set(id, cell)
    this.cells.delete(id)
    this.order = this.order.filter((other) => other !== id)
  }

  restore(id: string, after: string | null, by?: By): void {
    const cell = this.bin.get(id)
    if (!cell) throw new Error("not in the bin")
    this.bin.delete(id)
    cell.updates.push({ clientID: "", changes: ChangeSet.empty(cell.text.length) })
    cell.oldest = cell.updates.length
    this.cells.set(id, cell)
    this.order.splice(after === null ? 0 : this.order.indexOf(after) + 1, 0, id)
    this.record({ type: "cell_inserted", after, cell: this.toJson(id, cell) }, by)
  }

  /** Splits where `at` of `version` is now; line ends around it stay, unlike in the real server. */
  split(id: string, version: number, at: number, part: string, by?: By): void {
    const cell = this.cells.get(id)
    if (!cell) throw new Error("no such cell")
    const place = cell.updates.slice(version).reduce((pos, { changes }) => changes.mapPos(pos), at)
    const source = cell.text.toString()
    const made = this.put(part, source.slice(place), id)
    const changes = ChangeSet.of({ from: place, to: source.length }, source.length)
    this.ownUpdate(cell, changes, { type: "cell_split", cell: id, inserted: this.toJson(part, made) }, by)
  }

  merge(ids: readonly string[], newlines: number, by?: By): void {
    const [first, ...merged] = this.order.filter((id) => ids.includes(id))
    const cell = this.cells.get(first ?? "")
    if (first === undefined || !cell) throw new Error("no such cell")
    let insert = ""
    const starts = merged.map((id) => {
      const source = this.source(id) ?? ""
      if (source !== "") insert += "\n".repeat(newlines)
      const start = cell.text.length + insert.length
      insert += source
      return start
    })
    const changes = ChangeSet.of({ from: cell.text.length, insert }, cell.text.length)
    for (const id of merged) this.toBin(id)
    this.ownUpdate(cell, changes, { type: "cells_merged", cell: first, merged, starts, name: "A" }, by)
  }

  /** The server's own writing into a cell. */
  write(id: string, change: { from: number; to?: number; insert?: string }): void {
    const cell = this.cells.get(id)
    if (!cell) throw new Error("no such cell")
    const changes = ChangeSet.of(change, cell.text.length)
    const version = cell.updates.length
    cell.text = changes.apply(cell.text)
    cell.updates.push({ clientID: "", changes })
    this.record({
      type: "text_changed", cell: id, version,
      updates: [{ client: "", changes: toWire({ clientID: "", changes }) }],
    })
  }

  private ownUpdate(cell: FakeCell, changes: ChangeSet, draft: Draft, by?: By): void {
    const version = cell.updates.length
    cell.text = changes.apply(cell.text)
    cell.updates.push({ clientID: "", changes })
    this.record({ ...draft, version, changes: toWire({ clientID: "", changes }) }, by)
  }

  private toJson(id: string, cell: FakeCell): JsonObject {
    return {
      ...cell.rest, id, source: cell.text.toString(), version: cell.updates.length,
      confirmed: { ...cell.confirmed },
    }
  }

  private snapshot(): JsonObject {
    return {
      epoch: this.epoch, seq: this.seq, nbformat_minor: 5, metadata: {}, queue: [],
      accepted: { ...this.accepted },
      cells: this.order.flatMap((id) => {
        const cell = this.cells.get(id)
        return cell ? [this.toJson(id, cell)] : []
      }),
    }
  }

  hear(socket: FakeSocket, text: string): void {
    const message = asObject(parseJson(text), "message")
    this.heard.push(message)
    this.speakers.push(socket.client)
    switch (stringAt(message, "type")) {
      case "hello": return this.greet(socket, message)
      case "command": return this.decide(socket, message)
      case "presence": {
        socket.place = {
          cell: member(message, "cell") ?? null, selection: member(message, "selection") ?? [],
          version: countAt(message, "version"), editing: member(message, "editing") === true,
        }
        return this.tell({ type: "presence", moved: [{ client: socket.client, ...socket.place }] })
      }
      case "ping": return socket.say({ type: "pong", n: countAt(message, "n") })
    }
  }

  private greet(socket: FakeSocket, hello: JsonObject): void {
    socket.client = idAt(hello, "client")
    const from = member(hello, "seq") === undefined ? null : countAt(hello, "seq")
    const resumed = from !== null && member(hello, "epoch") === this.epoch &&
      this.seq - from <= this.keeps
    socket.greeted = true
    socket.say({
      type: "welcome", user: { id: `u_${socket.client}`, email: "a@b", name: "A" },
      notebook: { id: "n", title: "Untitled", role: "owner" }, resumed,
    })
    if (resumed) {
      const records = this.records.filter((record) => countAt(record, "seq") > from)
      socket.say({ type: "records", epoch: this.epoch, records })
    } else {
      socket.say({ type: "snapshot", snapshot: this.snapshot(), notes: [] })
    }
    socket.say({ type: "people", people: [...this.sockets].filter((other) => other.greeted).map((other) => other.person()) })
    this.tell({ type: "presence", people: [socket.person()] }, socket)
    socket.say({ type: "lease", lease: null })
    socket.say({ type: "saved", seq: this.seq, time_ms: 0 })
  }

  private decide(socket: FakeSocket, message: JsonObject): void {
    const command = countAt(message, "command")
    const op = asObject(member(message, "op"), "op")
    const by = { client: socket.client, command }
    const refuse = (code: string): void =>
      socket.say({ type: "refused", command, error: { code, detail: `refused: ${code}` } })
    if (command <= (this.accepted[socket.client] ?? 0)) return refuse("conflict")
    const type = stringAt(op, "type")
    if (type === "push_text") return this.push(op, by, refuse)
    if (type === "insert_cell") {
      const id = idAt(op, "cell")
      if (this.cells.has(id)) return refuse("invalid")
      const after = member(op, "after")
      return this.insert(id, stringAt(op, "source"), typeof after === "string" ? after : null, by)
    }
    if (type === "delete_cell") return this.remove(idAt(op, "cell"), by)
    if (this.decideOnCells(type, op, by)) return
    const comment = commentRecord(op, (cell, version) =>
      (this.cells.get(cell)?.updates ?? []).slice(version).map(({ changes }) => changes))
    if (comment) {
      if (this.refusal) return refuse(this.refusal)
      return this.record({ user: `u_${socket.client}`, name: socket.client, ...comment }, by)
    }
    if (type === "run") {
      const runs = listAt(op, "cells", (cell) => ({ cell, execution: `x_${asString(cell, "cell")}` }))
      return this.record({ type: "runs_queued", runs }, by)
    }
    refuse("invalid")
  }

  /** The rest of what is done with cells as wholes; whether it was one of these. */
  private decideOnCells(type: string, op: JsonObject, by: By): boolean {
    const after = member(op, "after")
    const behind = typeof after === "string" ? after : null
    switch (type) {
      case "restore_cell": return this.restore(idAt(op, "cell"), behind, by), true
      case "split_cell":
        return this.split(idAt(op, "cell"), countAt(op, "version"), countAt(op, "at"), idAt(op, "new_cell"), by), true
      case "merge_cells":
        return this.merge(listAt(op, "cells", (id) => asString(id, "cell")), countAt(op, "newlines"), by), true
      case "set_cell_type":
        return this.record({ type: "cell_type_changed", cell: idAt(op, "cell"), cell_type: idAt(op, "cell_type") }, by), true
      case "move_cell": {
        const id = idAt(op, "cell")
        this.order = this.order.filter((other) => other !== id)
        this.order.splice(behind === null ? 0 : this.order.indexOf(behind) + 1, 0, id)
        return this.record({ type: "cell_moved", cell: id, after: behind }, by), true
      }
      default: return false
    }
  }

  private push(
    op: JsonObject, by: By, refuse: (code: string) => void,
  ): void {
    if (this.refusal) return refuse(this.refusal)
    const id = idAt(op, "cell")
    const cell = this.cells.get(id)
    if (!cell) return refuse("no_such_cell")
    const version = countAt(op, "version")
    if (version < cell.oldest) return refuse("stale_base")
    const sent = listAt(op, "changes", (changes) => ({
      clientID: by.client, changes: ChangeSet.fromJSON(asArray(changes, "changes")),
    }))
    const rebased = cell.updates.slice(version).reduce<readonly Update[]>(
      (updates, over) => rebaseUpdates(updates, [over]), sent)
    const confirmed = cell.confirmed[by.client] ?? 0
    if (countAt(op, "first") + (sent.length - rebased.length) !== confirmed) return refuse("invalid")
    if (rebased.length === 0) return refuse("conflict")
    const at = cell.updates.length
    for (const { changes } of rebased) cell.text = changes.apply(cell.text)
    cell.updates.push(...rebased)
    cell.confirmed[by.client] = confirmed + rebased.length
    this.record({
      type: "text_changed", cell: id, version: at,
      updates: rebased.map(({ changes }) => ({
        client: by.client, changes: asArray(parseJson(JSON.stringify(changes.toJSON())), "changes"),
      })),
    }, by)
  }
}

/** What the server keeps of one page. Nothing is delivered before the test says so, if it wants. */
export class FakeSocket {
  client = ""
  greeted = false
  isDead = false
  place: JsonObject = { cell: null, selection: [], version: 0, editing: false }

  /** Everybody is a user of their own, called as their tab. */
  person(): JsonObject {
    return {
      client: this.client, user: `u_${this.client}`, name: this.client, color: 0, role: "owner",
      ...this.place,
    }
  }

  constructor(private readonly server: FakeServer, readonly events: SocketEvents) {}

  send(text: string): void {
    if (!this.isDead) this.server.hear(this, text)
  }

  close(): void {
    this.server.leave(this)
  }

  say(message: JsonObject): void {
    this.events.received(JSON.stringify(message))
  }
}
