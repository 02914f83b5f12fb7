import { describe, expect, it } from "vitest"
import { executionId, userId } from "../wire/ids"
import { lastExecution, stamped, unstamped } from "./execution_info"

const ada = { user: userId("u_1"), name: "Ada" }
const run = { state: "running", execution: executionId("x"), queued_ms: 1, started_ms: 1000, by: ada, lane: "u_1" } as const
const last = { execution: executionId("x"), status: "ok", reason: "", started_ms: 1000, finished_ms: 1126, by: ada } as const

describe("what is kept of a run", () => {
  it("is written as Colab does", () => {
    expect(stamped({ cellView: "form" }, { ...run, user_tz: -480 }, last)).toEqual({
      cellView: "form",
      executionInfo: {
        status: "ok", elapsed: 126, timestamp: 1126, user: { displayName: "Ada", userId: "u_1" }, user_tz: -480,
      },
    })
  })
  it("leaves out whom and where nobody knows", () => {
    const by = { user: userId(""), name: "" }
    expect(stamped({}, { ...run, by, user_tz: null }, { ...last, by, finished_ms: 900 }))
      .toEqual({ executionInfo: { status: "ok", elapsed: 0, timestamp: 900 } })
  })
  it("goes without a trace", () => {
    const metadata = { a: 1 }
    expect(unstamped({ executionInfo: { elapsed: 3 }, ...metadata })).toEqual(metadata)
    expect(unstamped(metadata)).toBe(metadata)
  })
})

describe("a cell's last run", () => {
  it("is that of this session, else the one in a file of Colab", () => {
    const metadata = {
      executionInfo: {
        status: "error", timestamp: 1_600_000_000_000, user_tz: 0, elapsed: 3434,
        user: { displayName: "Grace", photoUrl: "https://x/", userId: "07" },
      },
    }
    expect(lastExecution({ metadata, last_run: null })).toEqual({
      status: "error", elapsed_ms: 3434, finished_ms: 1_600_000_000_000, user: "07", name: "Grace",
    })
    expect(lastExecution({ metadata, last_run: last })).toMatchObject({ name: "Ada", elapsed_ms: 126 })
  })
  it("is none where something else stands in its place", () => {
    for (const info of [null, 1, [], { timestamp: "1" }, { timestamp: -1 }, { timestamp: 1e20 }]) {
      expect(lastExecution({ metadata: { executionInfo: info }, last_run: null })).toBeNull()
    }
    expect(lastExecution({ metadata: { executionInfo: { timestamp: 5, elapsed: "x", user: 3 } }, last_run: null }))
      .toEqual({ status: "ok", elapsed_ms: null, finished_ms: 5, user: "", name: "" })
  })
})
