/** Time as the sync layer needs it, so that tests can turn the hands. */
export interface Clock {
  readonly now: () => number
  /** Calls once after `ms`; the answer cancels it. */
  readonly after: (ms: number, call: () => void) => () => void
  /**
   * Calls once: at the end of this turn when a frame may be drawn meanwhile, else before the next one;
   * so what comes seldom is shown without delay, and what comes in floods once a frame.
   */
  readonly nextFrame: (call: () => void) => void
}

const frameMs = 16
let lastCall = -frameMs

export const browserClock: Clock = {
  now: () => Date.now(),
  after: (ms, call) => {
    const timer = setTimeout(call, ms)
    return () => clearTimeout(timer)
  },
  nextFrame: (call) => {
    // A hidden page draws no frames, and browsers hold its timers back by up to a minute.
    if (document.hidden || performance.now() - lastCall >= frameMs) {
      lastCall = performance.now()
      queueMicrotask(call)
    } else {
      requestAnimationFrame(() => {
        lastCall = performance.now()
        call()
      })
    }
  },
}
