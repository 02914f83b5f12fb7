/**
 * Ports of the runtime in a frame of outputs. What a port serves needs an origin and cookies of its own, which nothing
 * inside this frame can have: an iframe here that leads to one keeps its place, empty, and the page shows the port there.
 */
import type { FromFrame, PortFrame } from "./messages"

const longestWaitMs = 30_000

interface Waiting {
  readonly resolve: (origin: string) => void
  readonly reject: (error: Error) => void
}

export class Ports {
  private readonly waiting = new Map<string, Waiting>()
  private readonly origins = new Set<string>()
  /** The iframes whose place is kept, with the address that each leads to. */
  private readonly kept = new Map<HTMLIFrameElement, { readonly id: string; readonly url: string }>()
  private sizes: ResizeObserver | null = null
  private named = 0
  private told = "[]"

  constructor(private readonly send: (message: FromFrame) => void) {}

  /** The address of a port for this person, while the notebook is open. */
  open(port: unknown): Promise<string> {
    const number = Number(port)
    if (!Number.isInteger(number) || number < 1 || number > 65535) return Promise.reject(new Error(`There is no port ${String(port)}.`))
    const id = `p${++this.named}`
    this.send({ type: "port", id, port: number })
    return new Promise<string>((resolve, reject) => {
      this.waiting.set(id, { resolve: (origin) => resolve(`${origin}/`), reject })
      setTimeout(() => this.answer(id, "", "The notebook's page did not answer."), longestWaitMs)
    })
  }

  answer(id: string, origin: string, error: string): void {
    const waiting = this.waiting.get(id)
    this.waiting.delete(id)
    if (origin === "") waiting?.reject(new Error(error))
    else {
      this.origins.add(origin)
      waiting?.resolve(origin)
    }
  }

  /** On each new document: what leads to a port is noticed as soon as it is there. */
  watch(changed: () => void): void {
    this.kept.clear()
    this.sizes?.disconnect()
    this.sizes = new ResizeObserver(changed)
    new MutationObserver(() => {
      if (this.origins.size > 0) this.keepPlaces(changed)
    }).observe(document.documentElement, { childList: true, subtree: true, attributes: true, attributeFilter: ["src"] })
  }

  /** Where the page is to show what. */
  report(): void {
    if (this.kept.size === 0 && this.told === "[]") return
    const frames: PortFrame[] = []
    for (const [element, { id, url }] of [...this.kept]) {
      if (!element.isConnected) {
        this.kept.delete(element)
        continue
      }
      const { left, top, width, height } = element.getBoundingClientRect()
      frames.push({ id, url, left: left + scrollX, top: top + scrollY, width, height })
    }
    const told = JSON.stringify(frames)
    if (told === this.told) return
    this.told = told
    this.send({ type: "port_frames", frames })
  }

  private keepPlaces(changed: () => void): void {
    let found = false
    for (const element of document.querySelectorAll("iframe")) {
      const url = URL.parse(element.getAttribute("src") ?? "", document.baseURI)
      if (!url || !this.origins.has(url.origin)) continue
      element.removeAttribute("src")
      this.kept.set(element, { id: this.kept.get(element)?.id ?? `f${++this.named}`, url: url.href })
      this.sizes?.observe(element)
      found = true
    }
    if (found) changed()
  }
}
