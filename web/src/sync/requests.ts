/** Questions to the kernel that want one answer: completion and inspection. */
import { randomName } from "../wire/ids"
import type { JsonObject } from "../wire/json"
import type { Clock } from "./clock"

const deadlineMs = 8_000
const limit = 32

export class Requests {
  private waiting = new Map<string, (content: JsonObject | null) => void>()

  constructor(private readonly clock: Clock) {}

  /** Calls `send` with a fresh id; null when it did not go out, failed, or took too long. */
  ask(send: (request: string) => boolean): Promise<JsonObject | null> {
    const request = `q_${randomName(12)}`
    if (this.waiting.size >= limit || !send(request)) return Promise.resolve(null)
    return new Promise((resolve) => {
      const cancel = this.clock.after(deadlineMs, () => this.answer(request, null))
      this.waiting.set(request, (content) => {
        cancel()
        resolve(content)
      })
    })
  }

  answer(request: string, content: JsonObject | null): void {
    const resolve = this.waiting.get(request)
    this.waiting.delete(request)
    resolve?.(content)
  }

  /** Answers everybody with nothing: the connection is gone. */
  abandon(): void {
    for (const request of [...this.waiting.keys()]) this.answer(request, null)
  }
}
