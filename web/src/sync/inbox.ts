/** What the server says waits here for the next frame, so that views are told once for all of it. */
import type { ServerMessage } from "../wire/server_message"
import type { Clock } from "./clock"

/** Never more than these wait. */
const limit = 500

export class Inbox {
  private messages: ServerMessage[] = []

  constructor(
    private readonly clock: Clock,
    private readonly take: (messages: readonly ServerMessage[]) => void,
  ) {}

  add(message: ServerMessage): void {
    this.messages.push(message)
    if (this.messages.length >= limit) this.flush()
    else if (this.messages.length === 1) this.clock.nextFrame(() => this.flush())
  }

  clear(): void {
    this.messages = []
  }

  private flush(): void {
    const { messages } = this
    this.messages = []
    if (messages.length > 0) this.take(messages)
  }
}
