/** Which comments somebody has not seen yet. */
import type { Comment, Thread } from "../wire/comment"
import type { ThreadId, UserId } from "../wire/ids"
import { mentionsOf } from "./mentions"

export interface Reader {
  readonly user: UserId
  readonly email: string
  /** Up to which record the comments were seen. */
  readonly seq: number
  /** Threads that were looked at since, whatever their number. */
  readonly seen: ReadonlyMap<ThreadId, number>
}

export function mentions(comment: Comment, email: string): boolean {
  return email !== "" && mentionsOf(comment.text).includes(email.toLowerCase())
}

/** Whether somebody wrote in a thread or is mentioned there. */
export function concerns(thread: Thread, user: UserId, email: string): boolean {
  return thread.comments.some((comment) => comment.user === user || mentions(comment, email))
}

/** Others' comments that the reader has not seen; of resolved threads only where they concern them. */
export function unreadIn(thread: Thread, reader: Reader): readonly Comment[] {
  const from = Math.max(reader.seq, reader.seen.get(thread.id) ?? 0)
  const unread = thread.comments.filter((comment) => comment.user !== reader.user && comment.seq > from)
  const counts = unread.length > 0 && (!thread.resolved || concerns(thread, reader.user, reader.email))
  return counts ? unread : []
}

/** The last record before the first unread comment; `seq` when there is none: so far all was seen. */
export function seenUpTo(threads: readonly Thread[], reader: Reader, seq: number): number {
  const unread = threads.flatMap((thread) => unreadIn(thread, reader))
  return unread.reduce((least, comment) => Math.min(least, comment.seq - 1), seq)
}
