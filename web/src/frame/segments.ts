/**
 * The outputs of one cell in one document, so that their scripts see each other's functions and elements. What the page
 * draws by itself between them has a gap of the same height here; so both stand in the same order.
 */
import { renderBundle } from "./bundle"
import type { Gaps, Segment } from "./messages"
import { fill, runScript } from "./scripts"

interface Placed {
  readonly gap: HTMLElement
  readonly place: HTMLElement
  segment: Segment
}

export class Segments {
  private readonly placed = new Map<string, Placed>()
  private chain: Promise<unknown> = Promise.resolve()
  private endGap = document.createElement("div")
  /** Where outputs without an area of their own go, when a script has chosen so. */
  private chosen: Element | null = null
  private current: HTMLElement | null = null

  constructor(private readonly changed: () => void) {}

  /** The element in which the newest output stands. */
  get active(): Element {
    return this.chosen ?? this.current ?? this.area
  }

  get area(): HTMLElement {
    return document.getElementById("output-area") ?? document.body
  }

  choose(element: Element | null): void {
    this.chosen = element
  }

  /** Nothing that comes later is drawn before `promise` has settled. */
  pause(promise: unknown): void {
    this.chain = this.chain.then(() => promise).catch(() => undefined)
  }

  /** After all that has been put so far. */
  then<T>(act: () => T | Promise<T>): Promise<T> {
    const done = this.chain.then(act)
    this.chain = done.catch(() => undefined)
    return done
  }

  /** The first outputs of a new document, whose parser has run the first one, if any, in `#output-first`. */
  begin(first: Segment | null): void {
    this.area.append(this.endGap)
    if (!first) return
    const place = document.getElementById("output-first") ?? document.createElement("div")
    place.removeAttribute("id")
    const gap = document.createElement("div")
    place.before(gap)
    this.current = place
    this.placed.set(first.id, { gap, place, segment: first })
  }

  put(segments: readonly Segment[], order: readonly string[]): void {
    for (const [id, { gap, place }] of [...this.placed]) {
      if (order.includes(id)) continue
      gap.remove()
      place.remove()
      this.placed.delete(id)
    }
    for (const segment of segments) {
      const known = this.placed.get(segment.id)
      if (known) known.segment = segment
      void this.then(() => this.draw(segment, order))
    }
  }

  setGaps(gaps: Gaps): void {
    for (const [id, height] of gaps) {
      const element = id === "" ? this.endGap : this.placed.get(id)?.gap
      if (element) element.style.height = `${height}px`
    }
  }

  heights(): { head: number; tail: number; segments: [string, number][] } {
    const head = document.getElementById("output-header")?.getBoundingClientRect().height ?? 0
    const root = document.documentElement
    const all = Math.max(root.getBoundingClientRect().height, document.body.scrollHeight)
    const end = this.endGap.getBoundingClientRect().bottom + scrollY
    const segments = [...this.placed].map(([id, { place, segment }]): [string, number] =>
      [id, segment.area === "" && place.parentElement === this.area ? place.getBoundingClientRect().height : 0])
    return { head, tail: Math.max(0, all - end), segments }
  }

  /** Where a script that changes the frame's height means: its own output. */
  fit(height: number | null, maxHeight: number | null): void {
    const { style } = this.current ?? this.area
    style.height = height === null ? "" : `${height}px`
    style.maxHeight = maxHeight === null ? "" : `${maxHeight}px`
    style.overflow = height === null && maxHeight === null ? "" : "auto"
    this.changed()
  }

  private async draw(segment: Segment, order: readonly string[]): Promise<void> {
    const place = this.placeOf(segment, order)
    this.current = place
    if (segment.kind === "script") runScript(place, segment.text)
    else if (segment.kind === "html") await fill(place, segment.text)
    else await renderBundle(segment.text, place)
    this.bringHome()
    this.changed()
  }

  /** What was drawn before the element that it belongs in, which a script may have made since, goes there now. */
  private bringHome(): void {
    for (const { gap, place, segment } of this.placed.values()) {
      const home = segment.area !== "" && place.parentElement === this.area ? elementAt(segment.area) : null
      if (!home || home === this.area || place.contains(home)) continue
      gap.remove()
      home.append(place)
    }
  }

  private placeOf(segment: Segment, order: readonly string[]): HTMLElement {
    const known = this.placed.get(segment.id)
    if (known) {
      known.place.replaceChildren()
      return known.place
    }
    const gap = document.createElement("div")
    const place = document.createElement("div")
    place.className = "output-segment"
    this.placed.set(segment.id, { gap, place, segment })
    const area = segment.area === "" ? this.chosen : elementAt(segment.area)
    if (area && area !== this.area) area.append(place)
    else {
      const later = order.slice(order.indexOf(segment.id) + 1).map((id) => this.placed.get(id)?.gap)
        .find((element) => element?.parentElement === this.area)
      this.area.insertBefore(place, later ?? this.endGap)
      place.before(gap)
    }
    return place
  }
}

function elementAt(selector: string): Element | null {
  try {
    return document.querySelector(selector)
  } catch {
    return null // No selector.
  }
}
