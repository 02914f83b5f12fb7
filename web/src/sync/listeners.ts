/** Who is told of what happens in a session. */
import type { Transaction } from "@codemirror/state"
import type { CursorMove } from "../model/split"
import type { CellId } from "../wire/ids"
import type { Op } from "../wire/page_message"
import type { WireFailure } from "../wire/server_message"
import type { Clock } from "./clock"
import type { Notice } from "./session_view"

type TextListener = (transactions: readonly Transaction[]) => void

/** Who types sees it at once in the editor; all else that shows a cell's text follows with so much delay, not with each key. */
const typingMs = 100

export class Listeners {
  private readonly views = new Set<() => void>()
  private readonly notices = new Set<(notice: Notice) => void>()
  private readonly refusals = new Set<(op: Op, error: WireFailure) => void>()
  private readonly texts = new Map<CellId, TextListener>()
  private readonly cursors = new Set<(move: CursorMove) => void>()
  private cancelSoon: (() => void) | null = null

  readonly subscribe = (listener: () => void): (() => void) => {
    this.views.add(listener)
    return () => this.views.delete(listener)
  }

  onNotice(listener: (notice: Notice) => void): () => void {
    this.notices.add(listener)
    return () => this.notices.delete(listener)
  }

  /** For those who keep what was wished until it is done. */
  onRefused(listener: (op: Op, error: WireFailure) => void): () => void {
    this.refusals.add(listener)
    return () => this.refusals.delete(listener)
  }

  /** One view shows a cell's text. */
  onText(cell: CellId, listener: TextListener): () => void {
    this.texts.set(cell, listener)
    return () => {
      if (this.texts.get(cell) === listener) this.texts.delete(cell)
    }
  }

  /** For the one who has the keyboard: its cursor's text went into another cell. */
  onCursorMoved(listener: (move: CursorMove) => void): () => void {
    this.cursors.add(listener)
    return () => this.cursors.delete(listener)
  }

  cursorMoved(move: CursorMove | null): void {
    if (move) for (const listener of [...this.cursors]) listener(move)
  }

  tell(): void {
    this.cancelSoon?.()
    this.cancelSoon = null
    for (const listener of [...this.views]) listener()
  }

  /** After texts have changed and nothing else. */
  tellSoon(clock: Clock): void {
    this.cancelSoon ??= clock.after(typingMs, () => this.tell())
  }

  notify(notice: Notice): void {
    for (const listener of [...this.notices]) listener(notice)
  }

  refused(op: Op, error: WireFailure): void {
    for (const listener of [...this.refusals]) listener(op, error)
  }

  textChanged(cell: CellId, transactions: readonly Transaction[]): void {
    if (transactions.length > 0) this.texts.get(cell)?.(transactions)
  }
}
