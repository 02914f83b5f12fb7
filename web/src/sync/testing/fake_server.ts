/**
 * For tests: a server that keeps one small document as docs/protocol.md says, in memory and at once.
 * Text is rebased by CodeMirror's own rebaseUpdates, over one update at a time (model/cell_text.ts).
 */
import { rebaseUpdates, type Update } from "@codemirror/collab"
import { ChangeSet, Text } from "@codemirror/state"
import { asArray, asObject, asString, countAt, idAt, listAt, member, parseJson, stringAt } from "../../wire/json"
import type { Json, JsonObject } from "../../wire/json"
import type { OpenSocket, SocketEvents } from "../connection"

interface FakeCell {
  text: Text
  updates: Update[]
  confirmed: Record<string, number>
  rest: JsonObject
}

type Draft = { type: string } & { [key: string]: Json }

export class FakeServer {
  epoch = "e_1"
  seq = 0
  order: string[] = []
  cells = new Map<string, FakeCell>()
  records: JsonObject[] = []
  /** How many records a returning page may have missed. */
  keeps = Infinity
  /** Refuses each push with this. */
  refusal: string | null = null
  /** What pages sent, oldest first. */
  heard: JsonObject[] = []
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

  leave(socket: FakeSocket): void {
    this.sockets.delete(socket)
  }

  /** Another person's or the server's own doing. */
  record(draft: Draft, by?: { client: string; command: number }): void {
    this.seq += 1
    const record: JsonObject = { seq: this.seq, time_ms: 1000 + this.seq, user: "", ...by, ...draft }
    this.records.push(record)
    if (by) this.accepted[by.client] = by.command
    this.tell({ type: "records", epoch: this.epoch, records: [record] })
  }

  tell(message: JsonObject): void {
    for (const socket of this.sockets) if (socket.greeted) socket.say(message)
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

  insert(id: string, source: string, after: string | null, by?: { client: string; command: number }): void {
    const cell = this.put(id, source, after)
    this.record({ type: "cell_inserted", after, cell: this.toJson(id, cell) }, by)
  }

  private put(id: string, source: string, after: string | null, cell_type = "code"): FakeCell {
    const cell = {
      text: Text.of(source.split("\n")), updates: [], confirmed: {},
      rest: { cell_type, metadata: {}, execution_count: null, outputs: [], dropped_outputs: 0 },
    }
    this.cells.set(id, cell)
    const at = after === null ? 0 : this.order.indexOf(after) + 1
    this.order.splice(at, 0, id)
    return cell
  }

  remove(id: string, by?: { client: string; command: number }): void {
    this.cells.delete(id)
    this.order = this.order.filter((other) => other !== id)
    this.record({ type: "cell_deleted", cell: id }, by)
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
    switch (stringAt(message, "type")) {
      case "hello": return this.greet(socket, message)
      case "command": return this.decide(socket, message)
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
      type: "welcome", user: { id: "u", email: "a@b", name: "A" },
      notebook: { id: "n", title: "Untitled", role: "owner" }, resumed,
    })
    if (resumed) {
      const records = this.records.filter((record) => countAt(record, "seq") > from)
      socket.say({ type: "records", epoch: this.epoch, records })
    } else {
      socket.say({ type: "snapshot", snapshot: this.snapshot(), notes: [] })
    }
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
    if (type === "run") {
      const runs = listAt(op, "cells", (cell) => ({ cell, execution: `x_${asString(cell, "cell")}` }))
      return this.record({ type: "runs_queued", runs }, by)
    }
    refuse("invalid")
  }

  private push(
    op: JsonObject, by: { client: string; command: number }, refuse: (code: string) => void,
  ): void {
    if (this.refusal) return refuse(this.refusal)
    const id = idAt(op, "cell")
    const cell = this.cells.get(id)
    if (!cell) return refuse("no_such_cell")
    const version = countAt(op, "version")
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

  constructor(private readonly server: FakeServer, readonly events: SocketEvents) {}

  send(text: string): void {
    this.server.hear(this, text)
  }

  close(): void {
    this.server.leave(this)
  }

  say(message: JsonObject): void {
    this.events.received(JSON.stringify(message))
  }
}
