/** What programs of the runtime have shown to the person, and answer: below a cell, or over the page. */
import type { ComponentType } from "react"
import type { CellId } from "../../wire/ids"

type Shown = readonly ComponentType[]
const none: Shown = []

export class AskedSlots {
  /** By the cell; null: over the page. */
  private readonly slots = new Map<CellId | null, Shown>()
  private readonly listeners = new Set<() => void>()

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener)
    return () => this.listeners.delete(listener)
  }

  at(place: CellId | null): Shown {
    return this.slots.get(place) ?? none
  }

  /** It is shown until what is returned is called. */
  show(place: CellId | null, shown: ComponentType): () => void {
    this.set(place, [...this.at(place), shown])
    return () => this.set(place, this.at(place).filter((each) => each !== shown))
  }

  private set(place: CellId | null, shown: Shown): void {
    this.slots.set(place, shown)
    for (const listener of [...this.listeners]) listener()
  }
}
