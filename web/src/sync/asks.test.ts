import { expect, it } from "vitest"
import type { PageMessage } from "../wire/page_message"
import { AskFailure, Asks } from "./asks"
import { FakeClock } from "./testing/fake_clock"

function page(hidden = false): { asks: Asks; sent: PageMessage[]; clock: FakeClock; line: { up: boolean } } {
  const sent: PageMessage[] = []
  const clock = new FakeClock()
  const line = { up: true }
  const send = (message: PageMessage): boolean => line.up && sent.push(message) > 0
  return { asks: new Asks(send, clock, () => hidden), sent, clock, line }
}
const ask = (name: string, params = {}): { type: "ask"; ask: string; name: string; params: object } & Parameters<Asks["heard"]>[0] =>
  ({ type: "ask", ask: "r.a1", name, params })

it("answers with what the handler of that name says", async () => {
  const { asks, sent, clock } = page()
  asks.register("double", ({ n }) => Number(n) * 2)
  asks.heard(ask("double", { n: 21 }))
  await clock.settle()
  expect(sent).toEqual([{ type: "answer", ask: "r.a1", result: 42 }])
})

it("answers in words when a handler fails, or there is none", async () => {
  const { asks, sent, clock } = page()
  asks.register("refuse", () => {
    throw new AskFailure("denied", "No.")
  })
  asks.register("break", () => Promise.reject(new Error("oh")))
  asks.heard(ask("refuse"))
  asks.heard({ ...ask("break"), ask: "r.a2" })
  asks.heard({ ...ask("nothing"), ask: "r.a3" })
  await clock.pass(5_000)
  expect(sent).toEqual([
    { type: "answer", ask: "r.a1", error: { code: "denied", detail: "No." } },
    { type: "answer", ask: "r.a2", error: { code: "failed", detail: "oh" } },
    { type: "answer", ask: "r.a3", error: { code: "unknown_ask", detail: "The page does not know \"nothing\"." } },
  ])
})

it("waits a while for a handler that is loaded late", async () => {
  const { asks, sent, clock } = page()
  asks.heard(ask("late"))
  await clock.pass(1_000)
  asks.register("late", () => "here")
  await clock.pass(5_000)
  expect(sent).toEqual([{ type: "answer", ask: "r.a1", result: "here" }])
})

it("begins what has an effect only when the ask is its own", async () => {
  const { asks, sent, clock } = page()
  let ran = 0
  asks.register("eval", () => (ran += 1), { exclusive: true })
  asks.heard(ask("eval"))
  await clock.settle()
  expect([ran, sent]).toEqual([0, [{ type: "take_ask", ask: "r.a1" }]])
  asks.heard({ type: "ask_yours", ask: "r.a1" })
  await clock.settle()
  expect(sent.at(-1)).toEqual({ type: "answer", ask: "r.a1", result: 1 })
})

it("lets the tab go first that somebody looks at", async () => {
  const { asks, sent, clock } = page(true)
  asks.register("eval", () => 1, { exclusive: true })
  asks.heard(ask("eval"))
  await clock.pass(100)
  expect(sent).toEqual([])
  asks.heard({ type: "ask_over", ask: "r.a1" })
  await clock.pass(1_000)
  expect(sent).toEqual([])
})

it("tells the handler that nobody waits any more, and says nothing then", async () => {
  const { asks, sent, clock } = page()
  let told: AbortSignal | null = null
  let finish: (value: string) => void = () => undefined
  asks.register("slow", (_, { signal }) => {
    told = signal
    return new Promise<string>((resolve) => (finish = resolve))
  })
  asks.heard(ask("slow"))
  await clock.settle()
  asks.heard({ type: "ask_over", ask: "r.a1" })
  expect(told).toHaveProperty("aborted", true)
  finish("too late")
  await clock.settle()
  expect(sent).toEqual([])
})

it("keeps an answer while there is no connection, and does not begin twice", async () => {
  const { asks, sent, clock, line } = page()
  let ran = 0
  asks.register("once", () => (ran += 1))
  line.up = false
  asks.heard(ask("once"))
  await clock.settle()
  line.up = true
  asks.heard(ask("once"))
  await clock.settle()
  expect([ran, sent]).toEqual([1, [{ type: "answer", ask: "r.a1", result: 1 }]])
})

it("goes on alone once a handler that all began wants it, and says so again after a time without connection", async () => {
  const { asks, sent, clock } = page()
  let begun = false
  asks.register("choose", async (_, { take }) => {
    await take()
    begun = true
    return new Promise(() => undefined)
  })
  asks.heard(ask("choose"))
  await clock.settle()
  expect([begun, sent]).toEqual([false, [{ type: "take_ask", ask: "r.a1" }]])
  asks.heard({ type: "ask_yours", ask: "r.a1" })
  await clock.settle()
  expect(begun).toBe(true)
  asks.heard(ask("choose"))
  expect(sent).toHaveLength(2)
  expect(sent[1]).toEqual({ type: "take_ask", ask: "r.a1" })
})
