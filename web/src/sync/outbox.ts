/**
 * Numbers this page's commands and keeps each until its record or its refusal comes back. Text is
 * not kept here: after a reconnect it is made anew from what is unconfirmed.
 */
import type { Op, PageMessage } from "../wire/page_message"

type Numbered = Extract<PageMessage, { command: number }>
export type Wish = Numbered extends infer M ? M extends Numbered ? Omit<M, "command"> : never : never

export interface Pending {
  readonly message: Numbered
  /** Sent before a reconnect too, so that a refusal may only mean that it was done already. */
  readonly again: boolean
}

export class Outbox {
  private next = 1
  private pending: Pending[] = []

  /** The message to send for `wish`. */
  put(wish: Wish): Numbered {
    const message = { ...wish, command: this.next++ }
    this.pending.push({ message, again: false })
    return message
  }

  /** A number for what no record acknowledges (interrupt, restart) and nobody sends again. */
  number(): number {
    return this.next++
  }

  /** Takes out what the log or a refusal has answered. */
  settle(command: number): Pending | null {
    const found = this.pending.find(({ message }) => message.command === command) ?? null
    if (found) this.pending = this.pending.filter((other) => other !== found)
    return found
  }

  /** Takes out all up to `command`, the last that the server says it accepted. */
  settleUpTo(command: number): void {
    this.pending = this.pending.filter(({ message }) => message.command > command)
  }

  /** Forgets what was sent; the document it was for is no more. */
  clear(): void {
    this.pending = []
  }

  /**
   * What to send again after a reconnect, under new numbers, behind all text: a number below one
   * that was accepted meanwhile would be taken for a repetition.
   */
  renew(): readonly Numbered[] {
    const kept = this.pending.filter(({ message }) =>
      !(message.type === "command" && message.op.type === "push_text"))
    this.pending = kept.map(({ message }) => ({
      message: { ...message, command: this.next++ }, again: true,
    }))
    return this.pending.map(({ message }) => message)
  }

  get empty(): boolean {
    return this.pending.length === 0
  }
}

export function command(op: Op): Wish {
  return { type: "command", op }
}
