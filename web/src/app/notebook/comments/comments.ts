/**
 * The comments of an open notebook as this tab works with them: what is shown, what is being written,
 * what was seen. One per open notebook; views subscribe.
 */
import { draftPlace, markDraft, sourceOf } from "../../../model/cell_text"
import type { Addressee } from "../../../model/mention_typing"
import type { NotebookState } from "../../../model/notebook_state"
import { passes, type ThreadFilter } from "../../../model/thread_list"
import { seenUpTo, type Reader } from "../../../model/unread"
import type { CommentDrafts, KeptDraft } from "../../../sync/comment_drafts"
import type { NotebookSession } from "../../../sync/session"
import type { SessionView } from "../../../sync/session_view"
import { isTooLong, type Anchor, type Thread } from "../../../wire/comment"
import { newCommentId, newThreadId, type CellId, type CommentId, type ThreadId } from "../../../wire/ids"
import type { Op } from "../../../wire/page_message"
import type { NotebookFocus } from "../focus"

/** A thread that is being begun. */
export interface Draft {
  readonly thread: ThreadId
  readonly comment: CommentId
  readonly cell: CellId
  /** The part of the text that it is on; empty for the cell as a whole. */
  readonly quote: string
  /** What was sent and is not in the log yet. */
  readonly sent: string | null
}

/** A reply that was sent and is not in the log yet. */
export interface SentReply {
  readonly thread: ThreadId
  readonly comment: CommentId
  readonly cell: CellId
  readonly text: string
}

export interface CommentsState {
  /** Null: as it suits, until somebody says. */
  readonly shown: boolean | null
  readonly filter: ThreadFilter
  readonly selected: ThreadId | null
  /** Counts the wishes to bring the selected card into view, and the keyboard to it or its field. */
  readonly turn: number
  readonly target: "nothing" | "card" | "field"
  readonly drafts: readonly Draft[]
  readonly replies: readonly SentReply[]
  readonly editing: CommentId | null
  /** Counts up when the text of a field was changed by something else than typing. */
  readonly revision: number
  /** Threads that were looked at, and up to which record. */
  readonly seen: ReadonlyMap<ThreadId, number>
}

export interface CommentsOptions {
  readonly drafts: CommentDrafts
  /** Who can be mentioned, as far as this person may know. */
  readonly addressees: () => Promise<readonly Addressee[]>
}

const none: readonly Thread[] = []
const mostQuoteUnits = 300

/** As whom the person of this tab reads; null while it is not known what they have seen. */
export function readerOf(
  { user, commentsRead }: SessionView, seen: ReadonlyMap<ThreadId, number>,
): Reader | null {
  return user && commentsRead !== null ? { user: user.id, email: user.email, seq: commentsRead, seen } : null
}

export class NotebookComments {
  private current: CommentsState = {
    shown: null, filter: "open", selected: null, turn: 0, target: "nothing", drafts: [], replies: [],
    editing: null, revision: 0, seen: new Map(),
  }
  /** What is typed: by thread for first comments and replies, by comment for changes of it. */
  private readonly texts = new Map<string, string>()
  private readonly listeners = new Set<() => void>()
  private threads = none
  private loaded: NotebookState | null = null
  private people: Promise<readonly Addressee[]> | null = null
  /** Of `people`: how often who has access had changed. */
  private peopleOf = 0

  constructor(
    private readonly session: NotebookSession, private readonly focus: NotebookFocus,
    private readonly options: CommentsOptions,
  ) {}

  get view(): CommentsState {
    return this.current
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener)
    return () => this.listeners.delete(listener)
  }

  /** Follows the session until what it returns is called. */
  start(): () => void {
    const silence = this.session.subscribe(() => this.follow())
    const deaf = this.session.onRefused((op) => this.refused(op))
    this.follow()
    return () => {
      silence()
      deaf()
    }
  }

  show(shown: boolean): void {
    this.set({ shown })
    if (!shown) this.deselect()
  }

  /** Lists these from now on. */
  filter(filter: ThreadFilter): void {
    this.set({ filter, selected: null })
  }

  /** Selects a thread; `target` is where the keyboard goes. */
  select(thread: ThreadId, target: CommentsState["target"] = "nothing"): void {
    const found = this.threads.find(({ id }) => id === thread)
    const { filter, turn } = this.current
    this.set({
      selected: thread, target, turn: turn + 1, shown: true,
      ...(found && !passes(found, filter) ? { filter: "all" } : {}),
      ...(this.current.selected === thread ? {} : { editing: null }),
    })
  }

  deselect(): void {
    if (this.current.selected === null) return
    this.set({ selected: null, editing: null })
    this.dropEmpty()
  }

  /** The keyboard goes back to the cell; a thread that was begun without a word is let go. */
  leave(cell: CellId): void {
    this.deselect()
    if (this.session.view.state?.cells.has(cell)) this.focus.move(cell, "cell")
  }

  /** Begins a thread on what is selected in the cell's text, else on the cell as a whole. */
  begin(id: CellId): void {
    const { state, role } = this.session.view
    const cell = state?.cells.get(id)
    if (!cell || role === "viewer") return
    const { from, to } = cell.text.selection.main
    const quote = cell.text.doc.sliceString(from, to, "\n")
    const edits = this.focus.view.cell === id && this.focus.view.mode === "edit"
    this.beginOn(id, edits && quote.trim() !== "" ? { from, to } : null, quote)
  }

  private beginOn(cell: CellId, place: Anchor | null, quote: string): void {
    const known = this.current.drafts.find((draft) => draft.cell === cell && !draft.sent && (
      place ? this.placeOf(draft)?.from === place.from && this.placeOf(draft)?.to === place.to
        : draft.quote === ""))
    if (known) return this.select(known.thread, "field")
    this.dropEmpty()
    const draft: Draft = {
      thread: newThreadId(), comment: newCommentId(), cell, sent: null,
      quote: place ? quote.slice(0, mostQuoteUnits) : "",
    }
    if (place) this.session.change(cell, markDraft(draft.thread, place))
    this.set({ drafts: [...this.current.drafts, draft] })
    this.select(draft.thread, "field")
  }

  discard(draft: Draft): void {
    this.texts.delete(draft.thread)
    this.drop([draft])
    this.leave(draft.cell)
  }

  textOf(key: ThreadId | CommentId): string {
    return this.texts.get(key) ?? ""
  }

  typed(key: ThreadId | CommentId, text: string): void {
    if (text === "") this.texts.delete(key)
    else this.texts.set(key, text)
    this.keep()
  }

  /** Sends what was typed before the draft's own field was there. */
  sendAhead(thread: ThreadId): void {
    const draft = this.current.drafts.find((each) => each.thread === thread)
    const text = this.textOf(thread).trim()
    if (!draft || draft.sent !== null || text === "" || isTooLong(text)) return
    this.typed(thread, "")
    this.sendFirst(draft, text)
  }

  sendFirst(draft: Draft, text: string): void {
    this.replace({ ...draft, sent: text })
    const { thread, comment, cell } = draft
    this.session.startThread({ thread, comment, cell, text })
  }

  reply({ id: thread, cell }: Thread, text: string): void {
    const comment = newCommentId()
    this.texts.delete(thread)
    this.set({ replies: [...this.current.replies, { thread, comment, cell, text }] })
    this.session.wish({ type: "reply", thread, comment, text })
    this.keep()
  }

  edit(thread: ThreadId, comment: CommentId, text: string): void {
    this.texts.set(comment, text)
    this.select(thread)
    this.set({ editing: comment })
  }

  stopEditing(comment: CommentId): void {
    this.texts.delete(comment)
    this.set({ editing: null })
  }

  sendEdit(thread: ThreadId, comment: CommentId, text: string): void {
    this.stopEditing(comment)
    this.session.wish({ type: "edit_comment", thread, comment, text })
  }

  remove(thread: ThreadId, comment: CommentId): void {
    this.session.wish({ type: "delete_comment", thread, comment })
  }

  resolve(thread: ThreadId, resolved: boolean): void {
    this.session.wish({ type: "resolve_thread", thread, resolved })
  }

  /** The person has looked at a thread. */
  saw(thread: ThreadId): void {
    const { state, commentsRead } = this.session.view
    if (!state) return
    this.set({ seen: new Map(this.current.seen).set(thread, state.seq) })
    const reader = readerOf(this.session.view, this.current.seen)
    const seq = reader ? seenUpTo(state.threads, reader, state.seq) : 0
    if (commentsRead !== null && seq > commentsRead) this.session.readComments(seq)
  }

  /** Who can be mentioned: asked for once, and again when who has access has changed. */
  addressees(): Promise<readonly Addressee[]> {
    const { accessChanges } = this.session.view
    if (this.people && this.peopleOf === accessChanges) return this.people
    this.peopleOf = accessChanges
    this.people = this.options.addressees().catch(() => {
      this.people = null
      return []
    })
    return this.people
  }

  private follow(): void {
    const { state } = this.session.view
    if (!state) return
    const first = this.loaded === null
    this.loaded = state
    if (first) this.restore(state)
    for (const draft of this.current.drafts) this.mark(state, draft)
    if (state.threads === this.threads && !first) return
    const before = this.threads
    this.threads = state.threads
    this.settle(state.threads)
    this.keepReplies(before, state.threads)
    const { selected, drafts } = this.current
    const has = (id: ThreadId): boolean =>
      this.threads.some((thread) => thread.id === id) || drafts.some(({ thread }) => thread === id)
    if (selected !== null && !has(selected)) this.set({ selected: null, editing: null })
  }

  /** What was sent is in the log. */
  private settle(threads: readonly Thread[]): void {
    const there = new Set(threads.flatMap(({ id, comments }) => [id, ...comments.map((comment) => comment.id)]))
    const done = this.current.drafts.filter(({ thread }) => there.has(thread))
    for (const { thread } of done) this.texts.delete(thread)
    this.drop(done)
    const replies = this.current.replies.filter(({ comment }) => !there.has(comment))
    if (replies.length < this.current.replies.length) this.set({ replies })
    this.keep()
  }

  /** Somebody deleted a thread that an answer was being written to: it becomes a thread of its own. */
  private keepReplies(before: readonly Thread[], now: readonly Thread[]): void {
    const ids = new Set(now.map(({ id }) => id))
    for (const { id, cell } of before) if (!ids.has(id)) this.rescue(id, cell, this.textOf(id))
  }

  private rescue(thread: ThreadId, cell: CellId, text: string): void {
    this.texts.delete(thread)
    if (text.trim() === "") return
    const draft: Draft = { thread: newThreadId(), comment: newCommentId(), cell, quote: "", sent: null }
    this.texts.set(draft.thread, text)
    this.set({ drafts: [...this.current.drafts, draft] })
    this.keep()
  }

  private refused(op: Op): void {
    const { drafts, replies, revision } = this.current
    if (op.type === "start_thread") {
      const draft = drafts.find(({ thread }) => thread === op.thread)
      if (draft) this.replace({ ...draft, sent: null })
      this.texts.set(op.thread, op.text)
    } else if (op.type === "reply") {
      const reply = replies.find(({ comment }) => comment === op.comment)
      if (!reply) return
      this.set({ replies: replies.filter((other) => other !== reply) })
      if (this.threads.some(({ id }) => id === op.thread)) {
        this.texts.set(op.thread, [op.text, this.textOf(op.thread)].filter((text) => text !== "").join("\n"))
      } else this.rescue(op.thread, reply.cell, op.text)
    } else if (op.type === "edit_comment" && this.threads.some(({ id }) => id === op.thread)) {
      this.edit(op.thread, op.comment, op.text)
    } else return
    this.set({ revision: revision + 1 })
    this.keep()
  }

  private placeOf({ cell, thread }: Draft): Anchor | null {
    const text = this.session.view.state?.cells.get(cell)?.text
    return text ? draftPlace(text, thread) : null
  }

  /** The text was loaded anew, and the place is where its words are. */
  private mark(state: NotebookState, draft: Draft, from = 0): void {
    const cell = state.cells.get(draft.cell)
    if (draft.quote === "" || !cell || draftPlace(cell.text, draft.thread)) return
    const source = sourceOf(cell.text)
    const at = source.startsWith(draft.quote, from) ? from : source.indexOf(draft.quote)
    if (at >= 0) {
      this.session.change(draft.cell, markDraft(draft.thread, { from: at, to: at + draft.quote.length }))
    } else this.replace({ ...draft, quote: "" })
  }

  private restore(state: NotebookState): void {
    const { drafts, replies } = this.options.drafts.kept()
    const there = new Set(state.threads.map(({ id }) => id))
    for (const { thread, sent, text } of replies) {
      const comments = state.threads.find(({ id }) => id === thread)?.comments
      if (!comments) continue
      // The server may have taken what it could not answer any more.
      const lost = sent.filter(({ comment }) => !comments.some(({ id }) => id === comment))
      const left = [...lost.map((reply) => reply.text), text].filter((words) => words !== "").join("\n")
      if (left !== "") this.texts.set(thread, left)
    }
    for (const kept of drafts) {
      if (there.has(kept.thread)) continue
      const { thread, comment, cell, quote } = kept
      const draft: Draft = { thread, comment, cell, quote, sent: null }
      this.texts.set(thread, kept.text)
      this.set({ drafts: [...this.current.drafts, draft] })
      this.mark(state, draft, kept.from)
    }
  }

  private keep(): void {
    const { drafts, replies } = this.current
    const unsent = drafts.map((draft): KeptDraft => ({
      thread: draft.thread, comment: draft.comment, cell: draft.cell, quote: draft.quote,
      from: this.placeOf(draft)?.from ?? 0, text: draft.sent ?? this.textOf(draft.thread),
    }))
    const begun = new Set<string>(drafts.map(({ thread }) => thread))
    const answers = this.threads.filter(({ id }) => !begun.has(id)).map(({ id }) => ({
      thread: id, text: this.textOf(id),
      sent: replies.filter(({ thread }) => thread === id).map(({ comment, text }) => ({ comment, text })),
    }))
    this.options.drafts.keep({
      drafts: unsent.filter(({ text }) => text.trim() !== ""),
      replies: answers.filter(({ text, sent }) => text.trim() !== "" || sent.length > 0),
    })
  }

  private dropEmpty(): void {
    const { drafts, selected } = this.current
    this.drop(drafts.filter(({ thread, sent }) =>
      thread !== selected && sent === null && this.textOf(thread).trim() === ""))
  }

  private drop(gone: readonly Draft[]): void {
    if (gone.length === 0) return
    this.set({ drafts: this.current.drafts.filter((draft) => !gone.includes(draft)) })
    for (const { cell, thread, quote } of gone) {
      if (quote !== "") this.session.change(cell, markDraft(thread, null))
    }
    this.keep()
  }

  private replace(draft: Draft): void {
    this.set({
      drafts: this.current.drafts.map((other) => other.thread === draft.thread ? draft : other),
    })
  }

  private set(change: Partial<CommentsState>): void {
    this.current = { ...this.current, ...change }
    for (const listener of [...this.listeners]) listener()
  }
}
