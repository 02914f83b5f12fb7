/** One observer for many elements: with each frame that scrolling draws, every observer costs the browser. */
export class SharedObserver {
  private observer: IntersectionObserver | null = null
  private readonly watched = new Map<Element, (near: boolean) => void>()

  constructor(private readonly options: IntersectionObserverInit) {}

  /** `tell` hears whether `element` is within the margins, now and whenever that changes, until the answer is called. */
  watch(element: Element, tell: (near: boolean) => void): () => void {
    const observer = this.observer ??= new IntersectionObserver((entries) => {
      for (const entry of entries) this.watched.get(entry.target)?.(entry.isIntersecting)
    }, this.options)
    this.watched.set(element, tell)
    observer.observe(element)
    return () => {
      this.watched.delete(element)
      observer.unobserve(element)
    }
  }
}
