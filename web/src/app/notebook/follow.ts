/** Whom this page follows from cell to cell, until the person does something of their own. */
import type { NotebookSession } from "../../sync/session"
import type { UserId } from "../../wire/ids"
import type { PersonHere } from "../../wire/presence"

export class Following {
  private current: UserId | null = null
  private seen = ""
  private readonly listeners = new Set<() => void>()

  constructor(private readonly session: NotebookSession) {}

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener)
    return () => this.listeners.delete(listener)
  }

  readonly user = (): UserId | null => this.current

  /** Goes to where this person is, and on with them. */
  start(user: UserId): void {
    this.current = user
    this.seen = ""
    this.step()
    this.tell()
  }

  stop(): void {
    if (this.current === null) return
    this.current = null
    this.tell()
  }

  /** To be called when somebody moved. */
  step(): void {
    if (this.current === null) return
    const person = tabOf(this.session.view.people, this.current)
    if (!person) return this.stop()
    if (person.cell === null || person.cell === this.seen) return
    this.seen = person.cell
    document.querySelector(`[data-cell="${CSS.escape(person.cell)}"]`)
      ?.scrollIntoView({ block: "center", behavior: smooth() ? "smooth" : "auto" })
  }

  private tell(): void {
    for (const listener of [...this.listeners]) listener()
  }
}

const smooth = (): boolean => !matchMedia("(prefers-reduced-motion: reduce)").matches

/** The tab of a user that tells most: where they edit, else where they are. */
export function tabOf(people: readonly PersonHere[], user: UserId): PersonHere | undefined {
  const tabs = people.filter((person) => person.user === user)
  return tabs.find(({ editing }) => editing) ?? tabs.find(({ cell }) => cell !== null) ?? tabs[0]
}
