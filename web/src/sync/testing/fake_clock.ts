/** For tests: time that goes on only when told to. */
import type { Clock } from "../clock"

export class FakeClock implements Clock {
  private ms = 0
  private timers: { at: number; call: () => void }[] = []
  private frames: (() => void)[] = []

  readonly now = (): number => this.ms

  readonly after = (ms: number, call: () => void): (() => void) => {
    const timer = { at: this.ms + ms, call }
    this.timers.push(timer)
    return () => {
      this.timers = this.timers.filter((other) => other !== timer)
    }
  }

  readonly nextFrame = (call: () => void): void => {
    this.frames.push(call)
  }

  /** Lets microtasks and frames run until nothing is left to do. */
  async settle(): Promise<void> {
    for (let round = 0; round < 20; round += 1) {
      await Promise.resolve()
      const frames = this.frames
      this.frames = []
      for (const frame of frames) frame()
    }
  }

  /** The computer sleeps: time passes, and nothing happens in it. */
  sleep(ms: number): void {
    this.ms += ms
  }

  /** Time passes; what is due happens in its order. */
  async pass(ms: number): Promise<void> {
    await this.settle()
    const until = this.ms + ms
    for (;;) {
      const due = this.timers.filter(({ at }) => at <= until).sort((a, b) => a.at - b.at)[0]
      if (!due) break
      this.timers = this.timers.filter((other) => other !== due)
      this.ms = Math.max(this.ms, due.at)
      due.call()
      await this.settle()
    }
    this.ms = until
    await this.settle()
  }
}
