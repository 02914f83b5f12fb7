/** How fast somebody scrolls, and what waits until they do so slowly enough, or no more. */

/** Without scrolling for so long, it has ended. */
const calmMs = 120
/** In pixels a second: what goes by faster nobody reads. */
const readableSpeed = 4_000
/** A frame between two things that were waited for, so that somebody can scroll on. */
const frameMs = 16

export class ScrollPace {
  private lastMs = -Infinity
  private lastTop = scrollY
  private speed = 0

  constructor() {
    addEventListener("scroll", () => {
      const now = performance.now()
      const top = scrollY
      this.speed = Math.abs(top - this.lastTop) * 1000 / Math.max(now - this.lastMs, 1)
      this.lastTop = top
      this.lastMs = now
    }, { capture: true, passive: true })
  }

  /** Nobody scrolls. */
  get isCalm(): boolean {
    return performance.now() - this.lastMs >= calmMs
  }

  /** Nobody scrolls so fast that they can read nothing. */
  get isReadable(): boolean {
    return this.isCalm || this.speed < readableSpeed
  }
}

/** What is costly to draw: it comes one by one, the first first, when `may`. */
export class DrawQueue {
  private timer: ReturnType<typeof setTimeout> | undefined
  private readonly waiting = new Set<() => void>()

  constructor(private readonly may: () => boolean) {}

  /** The answer takes `go` out again. */
  wait(go: () => void): () => void {
    this.waiting.add(go)
    this.timer ??= setTimeout(() => this.next(), frameMs)
    return () => {
      this.waiting.delete(go)
    }
  }

  private next(): void {
    const [go] = this.may() ? this.waiting : []
    if (go) {
      this.waiting.delete(go)
      go()
    }
    this.timer = this.waiting.size === 0 ? undefined : setTimeout(() => this.next(), frameMs)
  }
}
