/**
 * Brings to the server what a tab left behind, in that tab's name: the server rebases text, skips what
 * it has already, and this page sees it come as anybody's.
 */
import { newCellId, type ClientId } from "../wire/ids"
import type { PageMessage } from "../wire/page_message"
import type { ServerMessage } from "../wire/server_message"
import type { Clock } from "./clock"
import { Connection, type OpenSocket } from "./connection"
import type { RecoveredText } from "./recovery"
import { hasArrived, placed, type UnsentCommand } from "./unsent_commands"
import type { UnsentText } from "./unsent_text"

/** A push of more updates than this is refused. */
const mostUpdates = 10_000

export type Left = UnsentText | UnsentCommand

export const isCommand = (left: Left): left is UnsentCommand => "op" in left

export const isText = (left: Left): left is UnsentText => !isCommand(left)

type Snapshot = Extract<ServerMessage, { type: "snapshot" }>["snapshot"]

export class Delivery {
  private readonly connection: Connection
  private snapshot: Snapshot | null = null
  private writable = false
  private waiting = new Map<number, Left>()
  private readonly lost: Left[] = []
  private finish: (lost: readonly Left[] | null) => void = () => undefined

  constructor(
    open: OpenSocket, clock: Clock, private readonly client: ClientId,
    private left: readonly Left[],
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

  /** What found no place; null when somebody else sees to it, or nobody may. */
  run(): Promise<readonly Left[] | null> {
    return new Promise((resolve) => {
      this.finish = resolve
      this.connection.start()
    })
  }

  stop(): void {
    this.end(null)
  }

  private end(lost: readonly Left[] | null): void {
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
    const { left } = this
    const commands = this.commandsOf(snapshot, left.filter(isCommand))
    const texts = this.textsOf(snapshot, commands.last, left.filter(isText))
    // All are waited for before the first is sent.
    for (const message of [...commands.messages, ...texts]) this.connection.send(message)
    if (this.waiting.size === 0) this.end(this.lost)
  }

  /** Under the numbers that they had, so that none comes twice. */
  private commandsOf(
    snapshot: Snapshot, commands: readonly UnsentCommand[],
  ): { readonly messages: readonly PageMessage[]; readonly last: number } {
    const messages: PageMessage[] = []
    let last = Math.max(snapshot.accepted[this.client] ?? 0, ...commands.map(({ number }) => number))
    const numbered = [...commands.filter(({ number }) => number > 0), ...commands.filter(({ number }) => number === 0)]
    for (const unsent of numbered) {
      if (hasArrived(unsent, snapshot)) {
        this.drop(unsent)
        continue
      }
      // One of another document has a number that says nothing in this one; nor has one without.
      const command = unsent.number > 0 && unsent.epoch === snapshot.epoch ? unsent.number : ++last
      this.waiting.set(command, unsent)
      messages.push({ type: "command", command, op: placed(unsent.op, snapshot) })
    }
    return { messages, last }
  }

  private textsOf(snapshot: Snapshot, last: number, texts: readonly UnsentText[]): readonly PageMessage[] {
    const messages: PageMessage[] = []
    let command = last
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
        messages.push({ type: "command", command, op: { type: "push_text", cell, version, first, changes } })
      }
    }
    return messages
  }

  private drop(left: Left): void {
    this.left = this.left.filter((other) => other !== left)
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

/** How it is offered; null when nothing was written in it. */
export function recoveredFrom(left: Left, typed_ms: number): RecoveredText | null {
  const id = newCellId()
  if (!isCommand(left)) {
    const { cell, cell_type, source } = left
    return { id, cell, cell_type, source, typed_ms }
  }
  const { op } = left
  if (op.type === "insert_cell") {
    const { cell, cell_type, source } = op
    return source === "" ? null : { id, cell, cell_type, source, typed_ms }
  }
  // A comment that may not be made, or whose thread is gone: its words are not lost.
  return { id, cell: op.type === "start_thread" ? op.cell : id, cell_type: "markdown", source: op.text, typed_ms }
}
