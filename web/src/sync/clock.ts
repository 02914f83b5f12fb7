/** Time as the sync layer needs it, so that tests can turn the hands. */
export interface Clock {
  readonly now: () => number
  /** Calls once after `ms`; the answer cancels it. */
  readonly after: (ms: number, call: () => void) => () => void
  /** Calls once before the next frame is drawn, or at once when the page is hidden. */
  readonly nextFrame: (call: () => void) => void
}

export const browserClock: Clock = {
  now: () => Date.now(),
  after: (ms, call) => {
    const timer = setTimeout(call, ms)
    return () => clearTimeout(timer)
  },
  nextFrame: (call) => {
    // A hidden page draws no frames, and browsers hold its timers back by up to a minute.
    if (document.hidden) queueMicrotask(call)
    else requestAnimationFrame(call)
  },
}
