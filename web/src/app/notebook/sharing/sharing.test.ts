import { beforeEach, describe, expect, it } from "vitest"
import { NotebookSession } from "../../../sync/session"
import { FakeClock } from "../../../sync/testing/fake_clock"
import { FakeServer } from "../../../sync/testing/fake_server"
import { clientId } from "../../../wire/ids"
import { omitsOutputs, withOmittedOutputs } from "./NotebookSettings"
import { followRole } from "./role_notices"

describe("outputs that are not saved", () => {
  it("are a word in the notebook's metadata, beside what else is there", () => {
    const before = { kernelspec: { name: "python3" }, colab: { toc_visible: true } }
    const after = withOmittedOutputs(before, true)
    expect(after).toEqual({ ...before, colab: { toc_visible: true, private_outputs: true } })
    expect([omitsOutputs(before), omitsOutputs(after)]).toEqual([false, true])
    expect(withOmittedOutputs(after, false)).toEqual(before)
  })

  it("leave nothing behind", () => {
    expect(withOmittedOutputs(withOmittedOutputs({}, true), false)).toEqual({})
    expect(omitsOutputs({ colab: ["private_outputs"] })).toBe(false)
  })
})

describe("a role that changes while the notebook is open", () => {
  let clock: FakeClock
  let server: FakeServer
  let session: NotebookSession
  let told: string[]

  beforeEach(async () => {
    clock = new FakeClock()
    server = new FakeServer({ a: "1" })
    session = new NotebookSession({
      client: clientId("t_a"), open: server.open, clock, probe: () => Promise.resolve(null),
    })
    told = []
    followRole(session, (role) => told.push(role))
    session.start()
    await clock.settle()
  })

  it("is told, and not the one that one came with", async () => {
    expect(told).toEqual([])
    server.tell({ type: "role", role: "viewer" })
    server.tell({ type: "title", title: "T" })
    await clock.settle()
    expect(told).toEqual(["viewer"])
    expect(session.view.writable).toBe(false)
    server.tell({ type: "role", role: "editor" })
    await clock.settle()
    expect(told).toEqual(["viewer", "editor"])
    expect(session.view.writable).toBe(true)
  })

  it("is told by who has access, too", async () => {
    server.tell({ type: "access" })
    server.tell({ type: "access" })
    await clock.settle()
    expect(session.view.accessChanges).toBe(2)
  })
})
