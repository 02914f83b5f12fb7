/** Which pieces of the notebook are near enough to what is seen to be laid out, and which cells to be worth an editor. */
import { createContext, useContext, useEffect, useState, type RefObject } from "react"

type Kind = "cell" | "chunk"

/** A piece comes before its cells do. */
const margins: Readonly<Record<Kind, string>> = { cell: "500px 0px", chunk: "1000px 0px" }
const watched = new Map<Element, (near: boolean) => void>()
const observers: Partial<Record<Kind, IntersectionObserver>> = {}

/**
 * Whether the piece around is near: cells in one that is not need not be looked at. They listen to it: were they drawn again
 * when it changes, all of a piece at once, scrolling would falter.
 */
export class ChunkNearness {
  private readonly listeners = new Set<(near: boolean) => void>()

  constructor(private near: boolean) {}

  set(near: boolean): void {
    if (near === this.near) return
    this.near = near
    for (const listener of [...this.listeners]) listener(near)
  }

  /** `listener` is told what is so now, and what is so later. */
  follow(listener: (near: boolean) => void): () => void {
    this.listeners.add(listener)
    listener(this.near)
    return () => this.listeners.delete(listener)
  }
}

export const ChunkNearContext = createContext(new ChunkNearness(true))

/** What only flies by is not worth the work. */
const patienceMs = 200

function observe(kind: Kind, element: Element, tell: (near: boolean) => void): () => void {
  const observer = observers[kind] ??= new IntersectionObserver((entries) => {
    for (const entry of entries) watched.get(entry.target)?.(entry.isIntersecting)
  }, { rootMargin: margins[kind] })
  let timer: ReturnType<typeof setTimeout> | undefined
  let isFirst = true
  watched.set(element, (near) => {
    clearTimeout(timer)
    if (isFirst || kind === "chunk") tell(near)
    else timer = setTimeout(() => tell(near), patienceMs)
    isFirst = false
  })
  observer.observe(element)
  return () => {
    clearTimeout(timer)
    watched.delete(element)
    observer.unobserve(element)
  }
}

/** Whether `element` is near the viewport; always so where that cannot be known, and as `assumed` until it is. */
export function useNear(element: RefObject<Element | null>, kind: Kind, assumed: boolean): boolean {
  const [near, setNear] = useState(assumed || typeof IntersectionObserver !== "function")
  const around = useContext(ChunkNearContext)
  useEffect(() => {
    const { current } = element
    if (!current || typeof IntersectionObserver !== "function") return
    let stop = (): void => undefined
    const leave = around.follow((isAround) => {
      stop()
      stop = (): void => undefined
      if (isAround) stop = observe(kind, current, setNear)
      else setNear(false)
    })
    return () => {
      leave()
      stop()
    }
  }, [element, kind, around])
  return near
}

/** True from the first time on that `near` is. */
export function useOnce(near: boolean): boolean {
  const [once, setOnce] = useState(near)
  if (near && !once) setOnce(true)
  return once || near
}

/** Without scrolling for so long, it has ended. */
const calmMs = 120

/** What is costly to draw waits while somebody scrolls, and then comes one by one, so that they can scroll on. */
class Calm {
  private lastMs = -Infinity
  private timer: ReturnType<typeof setTimeout> | undefined
  private readonly waiting = new Set<() => void>()

  constructor() {
    addEventListener("scroll", () => {
      this.lastMs = performance.now()
    }, { capture: true, passive: true })
  }

  get isNow(): boolean {
    return performance.now() - this.lastMs >= calmMs
  }

  wait(go: () => void): () => void {
    this.waiting.add(go)
    this.timer ??= setTimeout(() => this.next(), calmMs)
    return () => {
      this.waiting.delete(go)
    }
  }

  private next(): void {
    const [go] = this.isNow ? this.waiting : []
    if (go) {
      this.waiting.delete(go)
      go()
    }
    this.timer = this.waiting.size === 0 ? undefined : setTimeout(() => this.next(), this.isNow ? 0 : calmMs)
  }
}

let calm: Calm | null = null

/** Whether what is `near` has been so since scrolling ended last: then it is worth an editor. */
export function useSettled(near: boolean): boolean {
  const [settled, setSettled] = useState(false)
  calm ??= new Calm()
  // Not in an effect: where nobody scrolls, it is there at once.
  if (settled !== near && (!near || calm.isNow)) setSettled(near)
  useEffect(() => near && !settled ? calm?.wait(() => setSettled(true)) : undefined, [near, settled])
  return near && settled
}
