/**
 * What many cells watch of a session. Each key that is typed changes the session, more than once; were every part of every cell
 * asked then, a long notebook would be slow to type in. So it is looked at once for all of them, and only those are told whom
 * it concerns.
 */
import { useCallback, useSyncExternalStore } from "react"
import { languageOf, type Cell } from "../../model/notebook_state"
import type { NotebookSession } from "../../sync/session"
import type { SessionView } from "../../sync/session_view"
import type { Thread } from "../../wire/comment"
import type { CellId } from "../../wire/ids"
import type { JsonObject } from "../../wire/json"

type Session = Pick<NotebookSession, "subscribe" | "view">

export const noThreads: readonly Thread[] = []

interface Parts {
  readonly writable: boolean
  readonly user: SessionView["user"]
  readonly people: SessionView["people"]
  readonly line: SessionView["line"]
  readonly threads: readonly Thread[]
  readonly metadata: JsonObject | undefined
  readonly language: string
}
type PartName = keyof Parts

const parts: { readonly [Name in PartName]: (view: SessionView) => Parts[Name] } = {
  writable: (view) => view.writable,
  user: (view) => view.user,
  people: (view) => view.people,
  line: (view) => view.line,
  threads: (view) => view.state?.threads ?? noThreads,
  metadata: (view) => view.state?.metadata,
  language: (view) => view.state ? languageOf(view.state) : "python",
}

/** Listeners by what they listen for: a cell, or a part. */
class Watch<Key> {
  private readonly listeners = new Map<Key, Set<() => void>>()

  get isEmpty(): boolean {
    return this.listeners.size === 0
  }

  add(key: Key, listener: () => void): void {
    const known = this.listeners.get(key)
    if (known) known.add(listener)
    else this.listeners.set(key, new Set([listener]))
  }

  remove(key: Key, listener: () => void): void {
    const known = this.listeners.get(key)
    known?.delete(listener)
    if (known?.size === 0) this.listeners.delete(key)
  }

  tell(isChanged: (key: Key) => boolean): void {
    for (const [key, told] of this.listeners) {
      if (isChanged(key)) for (const listener of [...told]) listener()
    }
  }
}

class SessionParts {
  private readonly cells = new Watch<CellId>()
  private readonly parts = new Watch<PartName>()
  private seen: SessionView
  private silence: (() => void) | null = null

  constructor(private readonly session: Session) {
    this.seen = session.view
  }

  onCell(id: CellId, listener: () => void): () => void {
    return this.listen(this.cells, id, listener)
  }

  onPart(name: PartName, listener: () => void): () => void {
    return this.listen(this.parts, name, listener)
  }

  private listen<Key>(watch: Watch<Key>, key: Key, listener: () => void): () => void {
    if (!this.silence) {
      this.seen = this.session.view
      this.silence = this.session.subscribe(() => this.follow())
    }
    watch.add(key, listener)
    return () => {
      watch.remove(key, listener)
      if (!this.cells.isEmpty || !this.parts.isEmpty) return
      this.silence?.()
      this.silence = null
    }
  }

  private follow(): void {
    const before = this.seen
    const now = this.session.view
    this.seen = now
    const then = before.state?.cells
    const cells = now.state?.cells
    if (cells !== then) this.cells.tell((id) => then?.get(id) !== cells?.get(id))
    this.parts.tell((name) => parts[name](now) !== parts[name](before))
  }
}

const known = new WeakMap<Session, SessionParts>()

function partsOf(session: Session): SessionParts {
  const found = known.get(session) ?? new SessionParts(session)
  known.set(session, found)
  return found
}

export function useCellOf(session: Session, id: CellId): Cell | undefined {
  const subscribe = useCallback((listener: () => void) => partsOf(session).onCell(id, listener), [session, id])
  return useSyncExternalStore(subscribe, () => session.view.state?.cells.get(id))
}

/** A part of what the session shows, for what there is one of in each cell. */
export const usePart = <Name extends PartName>(session: Session, name: Name): Parts[Name] =>
  usePartOf(session, name, (part) => part)

/** As usePart; `select` must answer with the same value while it is. */
export function usePartOf<Name extends PartName, T>(session: Session, name: Name, select: (part: Parts[Name]) => T): T {
  const subscribe = useCallback((listener: () => void) => partsOf(session).onPart(name, listener), [session, name])
  return useSyncExternalStore(subscribe, () => select(parts[name](session.view)))
}
