/** Which pieces of the notebook are near enough to what is seen to be laid out, and which cells to be worth an editor. */
import { createContext, useContext, useEffect, useState, type RefObject } from "react"
import { SharedObserver } from "../../output/shared_observer"
import { DrawQueue, ScrollPace } from "./scroll_pace"

type Kind = "cell" | "chunk"

/** A piece comes before its cells do. */
const observers: Readonly<Record<Kind, SharedObserver>> = {
  cell: new SharedObserver({ rootMargin: "500px 0px" }), chunk: new SharedObserver({ rootMargin: "1000px 0px" }),
}

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

/** What was left is kept for so long. */
const patienceMs = 200

function observe(kind: Kind, element: Element, tell: (near: boolean) => void): () => void {
  let stop = (): void => undefined
  const leave = observers[kind].watch(element, (near) => {
    stop()
    if (kind === "chunk" || (near && theirPace().isCalm)) tell(near)
    else if (near) stop = cells.wait(() => tell(true))
    else stop = after(patienceMs, () => tell(false))
  })
  return () => {
    stop()
    leave()
  }
}

function after(ms: number, go: () => void): () => void {
  const timer = setTimeout(go, ms)
  return () => clearTimeout(timer)
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

let pace: ScrollPace | null = null
const theirPace = (): ScrollPace => pace ??= new ScrollPace()

/** Editors come when nobody scrolls, cells also while somebody can read them. */
const editors = new DrawQueue(() => theirPace().isCalm)
const cells = new DrawQueue(() => theirPace().isReadable)

/** Whether what is `near` has been so since scrolling ended last: then it is worth an editor. */
export function useSettled(near: boolean): boolean {
  const [settled, setSettled] = useState(false)
  // Not in an effect: where nobody scrolls, it is there at once.
  if (settled !== near && (!near || theirPace().isCalm)) setSettled(near)
  useEffect(() => near && !settled ? editors.wait(() => setSettled(true)) : undefined, [near, settled])
  return near && settled
}
