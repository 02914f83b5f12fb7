/** Lets a frame's heights through: within bounds, and not when they only chase the frame's own size. */
export const tallestFrame = 100_000
const mostEqualSteps = 30

export class HeightGate {
  #height = -1
  #step = 0
  #equalSteps = 0

  /** The height to set, or null when it stays. */
  take(height: number): number | null {
    const next = Math.round(Math.min(Math.max(0, height), tallestFrame))
    if (next === this.#height) return null
    const step = next - this.#height
    this.#equalSteps = step > 0 && step === this.#step ? this.#equalSteps + 1 : 0
    this.#step = step
    // Content as tall as the frame and a little more grows for ever; from here on the frame scrolls.
    if (this.#equalSteps >= mostEqualSteps) return null
    this.#height = next
    return next
  }
}
