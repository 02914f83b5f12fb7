import { expect, it } from "vitest"
import type { JsonObject } from "../../wire/json"
import { parseLease, type Lease } from "../../wire/lease"
import { turnBetween } from "./turn_notices"

const lease = (state: string, queue: JsonObject | null = null, id = "r"): Lease => parseLease({ id, state, queue })
const place = { flavor: "t4", position: 1, ahead: 0, why: "no_free_accelerator" }
const offered = { ...place, offered_until_ms: 5 }

it.each([
  ["an offer", lease("queued", place), lease("queued", offered), "offered"],
  ["an offer to somebody at work", lease("ready", place), lease("ready", offered), "offered"],
  ["a start", lease("queued", place), lease("starting"), "ready"],
  ["an upgrade", lease("ready", place), lease("starting", null, "r2"), "ready"],
  ["a step ahead", lease("queued", { ...place, position: 2, ahead: 1 }), lease("queued", place), null],
  ["the same offer again", lease("queued", offered), lease("queued", offered), null],
  ["a place that was given up at work", lease("ready", place), lease("ready"), null],
  ["an end", lease("queued", place), lease("ended"), null],
  ["a runtime that nobody waited for", lease("starting"), lease("ready"), null],
  ["the first word", null, lease("queued", offered), null],
])("%s", (_what, before, after, turn) => {
  expect(turnBetween(before, after)).toBe(turn)
})
