/**
 * Numbers this page's commands and keeps each until its record or its refusal comes back. Text is
 * not kept here: after a reconnect it is made anew from what is unconfirmed.
 */
import type { NotebookState } from "../model/notebook_state"
import type { CellId } from "../wire/ids"
import type { Op, PageMessage } from "../wire/page_message"

type Numbered = Extract<PageMessage, { command: number }>
export type Wish = Numbered extends infer M ? M extends Numbered ? Omit<M, "command"> : never : never

export interface Pending {
  readonly message: Numbered
  /** Sent before a reconnect too, so that a refusal may only mean that it was done already. */
  readonly again: boolean
  /** Text for a cell that was deleted since: what the server says to it is of no consequence. */
  readonly forsaken: boolean
}

export class Outbox {
  private next = 1
  private pending: Pending[] = []

  /** The message to send for `wish`. */
  put(wish: Wish): Numbered {
    const message = { ...wish, command: this.next++ }
    this.pending.push({ message, again: false, forsaken: false })
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

  /** The cell is gone, and what was typed into it is offered: it may come back without that text. */
  forsake(cell: CellId): void {
    this.pending = this.pending.map((pending) => {
      const { message } = pending
      const isText = message.type === "command" && message.op.type === "push_text" && message.op.cell === cell
      return isText ? { ...pending, forsaken: true } : pending
    })
  }

  /**
   * Takes out all up to `command`, the last that the server says it accepted. One before that may have
   * been refused without our hearing of it: what somebody wrote goes out again then, under its own id.
   */
  settleUpTo(command: number, state: NotebookState): void {
    this.pending = this.pending.filter(({ message }) => message.command > command ||
      (message.type === "command" && isMissing(message.op, state)))
  }

  /**
   * What to send again after a reconnect, under new numbers, behind all text, which `sendTexts` puts
   * here: a number below one that was accepted meanwhile would be taken for a repetition.
   */
  renew(sendTexts: () => void): readonly Numbered[] {
    const kept = this.pending.filter(({ message }) =>
      !(message.type === "command" && message.op.type === "push_text"))
    this.pending = []
    sendTexts()
    const again = kept.map(({ message }) => ({
      message: { ...message, command: this.next++ }, again: true, forsaken: false,
    }))
    this.pending = [...this.pending, ...again]
    return again.map(({ message }) => message)
  }

  /** What was put and not answered yet, oldest first. */
  get waiting(): readonly Numbered[] {
    return this.pending.map(({ message }) => message)
  }

  get empty(): boolean {
    return this.pending.length === 0
  }
}

/** Whether this brings something of its own that is not in the document. */
function isMissing(op: Op, state: NotebookState): boolean {
  switch (op.type) {
    case "insert_cell":
      return !state.cells.has(op.cell) && state.bin.every(({ id }) => id !== op.cell)
    case "start_thread":
    case "reply":
      return state.threads.every(({ comments }) => comments.every(({ id }) => id !== op.comment))
    default:
      return false
  }
}

export function command(op: Op): Wish {
  return { type: "command", op }
}
