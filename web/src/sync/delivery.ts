/**
 * Brings text to the server that a tab left behind, in that tab's name: the server rebases it, skips
 * what it has already, and this page sees it come as anybody's.
 */
import { newCellId, type ClientId } from "../wire/ids"
import type { ServerMessage } from "../wire/server_message"
import type { Clock } from "./clock"
import { Connection, type OpenSocket } from "./connection"
import type { RecoveredText } from "./recovery"
import type { UnsentText } from "./unsent_text"

/** A push of more updates than this is refused. */
const mostUpdates = 10_000

type Snapshot = Extract<ServerMessage, { type: "snapshot" }>["snapshot"]

export class Delivery {
  private readonly connection: Connection
  private snapshot: Snapshot | null = null
  private writable = false
  private waiting = new Map<number, UnsentText>()
  private readonly lost: UnsentText[] = []
  private finish: (lost: readonly UnsentText[] | null) => void = () => undefined

  constructor(
    open: OpenSocket, clock: Clock, private readonly client: ClientId,
    private texts: readonly UnsentText[],
  ) {
    this.connection = new Connection(open, {
      client,
      resumeFrom: () => null,
      received: (message) => this.receive(message),
      changed: (state) => {
        if (state.kind === "ended") this.end(null)
      },
      probe: () => Promise.resolve(null),
    }, clock)
  }

  /** The texts that found no place; null when somebody else sees to it, or nobody may. */
  run(): Promise<readonly UnsentText[] | null> {
    return new Promise((resolve) => {
      this.finish = resolve
      this.connection.start()
    })
  }

  stop(): void {
    this.end(null)
  }

  private end(lost: readonly UnsentText[] | null): void {
    this.connection.stop()
    this.finish(lost)
  }

  private receive(message: ServerMessage): void {
    switch (message.type) {
      case "welcome":
        this.writable = message.notebook.role === "editor" || message.notebook.role === "owner"
        break
      case "snapshot":
        this.snapshot = message.snapshot
        // Of an earlier connection: the answers to these do not come any more.
        this.waiting.clear()
        break
      case "lease":
        if (this.waiting.size === 0) this.push()
        break
      case "records":
        for (const record of message.records) {
          if (record.client === this.client) this.settle(record.command, true)
        }
        break
      case "refused":
        // Accepted before, in the tab's own time.
        this.settle(message.command, message.error.code === "conflict")
        break
      default:
        break
    }
  }

  private push(): void {
    const { snapshot } = this
    if (!snapshot) return
    let command = snapshot.accepted[this.client] ?? 0
    const { texts } = this
    for (const text of texts) {
      const { cell, version, first, changes } = text
      const now = snapshot.cells.find(({ id }) => id === cell)
      const known = now && Object.hasOwn(now.confirmed, this.client) ? now.confirmed[this.client] ?? 0 : 0
      const arrived = snapshot.epoch === text.epoch && changes.length > 0 && known >= first + changes.length
      if (arrived || now?.source === text.source) this.drop(text)
      else if (!now || !this.writable || snapshot.epoch !== text.epoch || changes.length === 0 ||
        changes.length > mostUpdates) {
        this.lost.push(text)
        this.drop(text)
      } else {
        command += 1
        this.waiting.set(command, text)
        this.connection.send({
          type: "command", command, op: { type: "push_text", cell, version, first, changes },
        })
      }
    }
    if (this.waiting.size === 0) this.end(this.lost)
  }

  private drop(text: UnsentText): void {
    this.texts = this.texts.filter((other) => other !== text)
  }

  private settle(command: number, arrived: boolean): void {
    const text = this.waiting.get(command)
    if (!text) return
    this.waiting.delete(command)
    this.drop(text)
    if (!arrived) this.lost.push(text)
    if (this.waiting.size === 0) this.end(this.lost)
  }
}

export function recoveredFrom(text: UnsentText, typed_ms: number): RecoveredText {
  const { cell, cell_type, source } = text
  return { id: newCellId(), cell, cell_type, source, typed_ms }
}
