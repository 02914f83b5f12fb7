import { afterEach, beforeEach, expect, test, vi } from "vitest"
import { DrawQueue, ScrollPace } from "./scroll_pace"

let top = 0

function scroll(by: number, afterMs: number): void {
  vi.advanceTimersByTime(afterMs)
  top += by
  dispatchEvent(new Event("scroll"))
}

beforeEach(() => {
  vi.useFakeTimers()
  top = 0
  vi.stubGlobal("scrollY", 0)
  Object.defineProperty(globalThis, "scrollY", { configurable: true, get: () => top })
})
afterEach(() => {
  vi.unstubAllGlobals()
  vi.useRealTimers()
})

test("scrolling is fast or readable, and ends", () => {
  const pace = new ScrollPace()
  expect(pace.isCalm).toBe(true)
  scroll(20, 16)
  scroll(20, 16)
  expect([pace.isCalm, pace.isReadable]).toEqual([false, true])
  scroll(180, 16)
  expect(pace.isReadable).toBe(false)
  scroll(-180, 16)
  expect(pace.isReadable).toBe(false)
  // A slow machine draws fewer frames of the same way.
  scroll(360, 33)
  expect(pace.isReadable).toBe(false)
  vi.advanceTimersByTime(130)
  expect([pace.isCalm, pace.isReadable]).toEqual([true, true])
})

test("what waits comes one by one, in turn, while it may", () => {
  let may = false
  const drawn: number[] = []
  const queue = new DrawQueue(() => may)
  const leave = [1, 2, 3].map((n) => queue.wait(() => drawn.push(n)))
  vi.advanceTimersByTime(1000)
  expect(drawn).toEqual([])
  may = true
  leave[1]?.()
  vi.advanceTimersByTime(16)
  expect(drawn).toEqual([1])
  vi.advanceTimersByTime(16)
  expect(drawn).toEqual([1, 3])
})
