import { expect, it } from "vitest"
import { parseExecuted } from "../wire/history"
import { parseJson } from "../wire/json"
import { bySession } from "./executed"

it("sessions come by what ran in them last, and know when they began", () => {
  const entry = (runtime: string, started_ms: number): object => ({
    execution: `x${started_ms}`, runtime, cell: "c", by: { user: "u", name: "Ada" }, source: "1", source_bytes: 1,
    queued_ms: 0, started_ms, finished_ms: 0, status: "", reason: "", count: 0,
  })
  const entries = parseExecuted(parseJson(JSON.stringify({
    executions: [entry("b", 9), entry("a", 7), entry("b", 5), entry("a", 3)],
  })))
  const sessions = bySession(entries).map(({ runtime, started_ms, entries: found }) => [runtime, started_ms, found.length])
  expect(sessions).toEqual([["b", 5, 2], ["a", 3, 2]])
})
