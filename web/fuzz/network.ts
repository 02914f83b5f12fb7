/**
 * Everybody's sockets. What is said waits in a queue each way and arrives when chance says so, in its
 * order; a connection that breaks loses the rest of both. The order of arrival is all that a seed needs.
 */
import type { OpenSocket, SocketEvents } from "../src/sync/connection"
import { stringAt, type JsonObject } from "../src/wire/json"
import type { Role } from "../src/wire/role"
import type { Chance } from "./chance"
import type { Core } from "./core"

type Arrival =
  | { readonly kind: "opened" }
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "closed"; readonly code: number; readonly reason: string }

/** These come at a time of their own, and are lost without harm. */
const asides = ["presence", "saved", "comments_read"].map((type) => `{"type":"${type}"`)
/** The connection that sees all at once. */
export const observing = 0

class Connection {
  readonly up: JsonObject[]
  down: Arrival[] = [{ kind: "opened" }]
  /** The way back is broken: nothing more is sent, and what the server says gets lost. */
  deaf = false
  /** The page is done with it. */
  over = false

  constructor(readonly number: number, readonly user: string, readonly events: SocketEvents) {
    this.up = [{ open: number, user }]
  }
}

export class Network {
  /** How probable it is that a frame to a page gets lost, and the connection stays. */
  loses = 0
  private connections = new Map<number, Connection>()
  private last = 0
  private batch: JsonObject[] = []
  /** What the observer hears. */
  observed: string[] = []
  /** The observer was sent away. */
  observerGone = false
  /** A frame to a page got lost, which it may not have noticed. */
  lossy = false

  constructor(
    private readonly core: Core, private readonly chance: Chance,
    private readonly roles: ReadonlyMap<string, Role | null>,
    private readonly trace: (line: string) => void,
  ) {}

  opener(user: string): OpenSocket {
    return (events) => {
      const connection = new Connection(++this.last, user, events)
      this.connections.set(connection.number, connection)
      if (!this.core.runs) {
        connection.up.length = 0
        this.break(connection, { kind: "closed", code: 1006, reason: "" }, 0)
      }
      return {
        send: (text) => {
          if (!connection.deaf) connection.up.push({ say: connection.number, text })
          // As if a message was sent again: the server must not do it twice.
          if (!connection.deaf && this.chance.happens(0.03) && text.startsWith('{"type":"command"')) {
            connection.up.push({ say: connection.number, text })
          }
        },
        close: () => {
          connection.down = []
          connection.over = true
          if (!connection.deaf) connection.up.push({ close: connection.number })
          connection.deaf = true
        },
      }
    }
  }

  /** Says this to the core with the next batch, before all that pages say in it. */
  tell(line: JsonObject): void {
    this.batch.push(line)
  }

  get quiet(): boolean {
    return [...this.connections.values()].every(({ up, down }) => up.length === 0 && down.length === 0)
  }

  /** Lets some of what waits arrive: `share` of the queues, up to `most` of each. */
  async move(share: number, most: number): Promise<void> {
    for (const connection of this.connections.values()) {
      if (!this.chance.happens(share)) continue
      for (const line of connection.up.splice(0, this.chance.between(1, most))) this.send(connection, line)
      if (connection.over && connection.up.length === 0) this.connections.delete(connection.number)
    }
    await this.settle()
    for (const connection of [...this.connections.values()]) {
      if (!this.chance.happens(share)) continue
      for (const arrival of connection.down.splice(0, this.chance.between(1, most))) {
        this.arrive(connection, arrival)
      }
    }
  }

  /** A network that is gone for whoever uses these connections. Each end notices in its own time. */
  cut(user: string | null): void {
    for (const connection of this.connections.values()) {
      if (user !== null && connection.user !== user) continue
      if (connection.deaf) continue
      const arrived = this.chance.below(connection.up.length + 1)
      const noticed = this.chance.happens(0.7)
      connection.up.splice(arrived, Infinity, ...(noticed ? [{ close: connection.number }] : []))
      this.break(connection, { kind: "closed", code: 1006, reason: "" }, connection.down.length)
    }
  }

  /** The server is dead: nothing more gets there. */
  dead(): void {
    this.batch = []
    for (const connection of this.connections.values()) {
      connection.up.length = 0
      this.break(connection, { kind: "closed", code: 1006, reason: "" }, connection.down.length)
    }
  }

  /** The server has said good-bye to all; what it said arrives. */
  stopped(said: readonly JsonObject[]): void {
    this.batch = []
    for (const line of said) this.route(line)
    for (const connection of this.connections.values()) {
      connection.up.length = 0
      if (!connection.deaf) this.break(connection, { kind: "closed", code: 1012, reason: "" }, connection.down.length)
    }
  }

  /** Carries out what was told. */
  async settle(): Promise<void> {
    if (!this.core.runs || this.batch.length === 0) return
    const lines = this.batch
    this.batch = []
    for (const line of lines) this.trace(`   → ${JSON.stringify(line)}`)
    for (const line of await this.core.settle(lines)) this.route(line)
  }

  private send(connection: Connection, line: JsonObject): void {
    if (!("open" in line)) {
      this.batch.push(line)
      return
    }
    const role = this.roles.get(connection.user) ?? null
    if (role !== null) this.batch.push({ ...line, role })
    else {
      connection.up.length = 0
      this.break(connection, { kind: "closed", code: 4403, reason: "" }, 0)
    }
  }

  private break(connection: Connection, end: Arrival, most: number): void {
    if (connection.deaf) return
    connection.deaf = true
    connection.down.splice(this.chance.below(most + 1), Infinity, end)
  }

  private route(line: JsonObject): void {
    const to = typeof line.to === "number" ? line.to : line.closed
    if (typeof to !== "number") return
    if (to === observing) {
      if ("text" in line) this.observed.push(stringAt(line, "text"))
      else this.observerGone = true
      return
    }
    const connection = this.connections.get(to)
    if (!connection || connection.deaf) return
    if ("closed" in line) {
      const code = typeof line.code === "number" ? line.code : 1006
      connection.up.length = 0
      connection.deaf = true
      connection.down.push({ kind: "closed", code, reason: stringAt(line, "reason") })
      return
    }
    const text = stringAt(line, "text")
    if (!asides.some((start) => text.startsWith(start))) connection.down.push({ kind: "text", text })
    else if (connection.down.length === 0) connection.events.received(text)
  }

  private arrive(connection: Connection, arrival: Arrival): void {
    switch (arrival.kind) {
      case "opened":
        connection.events.opened()
        break
      case "text":
        if (this.loses > 0 && arrival.text.startsWith('{"type":"records"') && this.chance.happens(this.loses)) {
          this.trace(`   ⇍ ${connection.number} ${arrival.text}`)
          this.lossy = true
          break
        }
        this.trace(`   ← ${connection.number} ${arrival.text}`)
        connection.events.received(arrival.text)
        // What the network brings twice must not count twice.
        if (this.chance.happens(0.02) && arrival.text.startsWith('{"type":"records"')) {
          connection.events.received(arrival.text)
        }
        break
      case "closed":
        this.trace(`   ✕ ${connection.number} ${arrival.code} ${arrival.reason}`)
        connection.down = []
        connection.over = true
        if (connection.up.length === 0) this.connections.delete(connection.number)
        connection.events.closed(arrival.code, arrival.reason)
        break
    }
  }
}
