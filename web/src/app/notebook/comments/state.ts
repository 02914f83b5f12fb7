/** How the parts of the page read what comments.ts holds. */
import { useState, useSyncExternalStore } from "react"
import { unreadIn } from "../../../model/unread"
import type { Thread } from "../../../wire/comment"
import type { UserId } from "../../../wire/ids"
import type { PersonHere } from "../../../wire/presence"
import { useNotebook, useSession } from "../context"
import { noThreads } from "../session_parts"
import { readerOf, type CommentsState } from "./comments"

/** A part of it; `select` must answer with the same value while it is. */
export function useComments<T>(select: (state: CommentsState) => T): T {
  const { comments } = useNotebook()
  return useSyncExternalStore(comments.subscribe, () => select(comments.view))
}

export function useMayComment(): boolean {
  return useSession(useNotebook().session, (view) => view.role !== "viewer" && view.state !== null)
}

/** Whether the cards stand beside the cells; else they are in a drawer over them. */
export function useIsWide(): boolean {
  const [query] = useState(() => typeof matchMedia === "function" ? matchMedia("(min-width: 1100px)") : null)
  return useSyncExternalStore(
    (listener) => {
      query?.addEventListener("change", listener)
      return () => query?.removeEventListener("change", listener)
    },
    () => query?.matches ?? true)
}

/** Whether the cards are to be seen: as somebody said, else where there is room and something to see. */
export function useIsShown(): boolean {
  const { session } = useNotebook()
  const said = useComments((state) => state.shown)
  const drafts = useComments((state) => state.drafts.length > 0)
  const wide = useIsWide()
  const open = useSession(session, (view) => view.state?.threads.some((thread) => !thread.resolved) ?? false)
  return said ?? (wide && (open || drafts))
}

/** How many comments of a thread, or of all, the person has not seen. */
export function useUnread(thread?: Thread): number {
  const { session, comments } = useNotebook()
  useComments((state) => state.seen)
  return useSession(session, (view) => {
    const reader = readerOf(view, comments.view.seen)
    const threads = thread ? [thread] : view.state?.threads ?? noThreads
    return reader ? threads.reduce((sum, each) => sum + unreadIn(each, reader).length, 0) : 0
  })
}

/** A colour for somebody: the one they have while they are here, else always the same one. */
export function colorOf(people: readonly PersonHere[], user: UserId): number {
  const here = people.find((person) => person.user === user)
  return here ? here.color : Array.from(user).reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) % 997, 7)
}
