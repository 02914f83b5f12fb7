import { describe, expect, it } from "vitest"
import { parseFlavors, parseImported, parseMe, parseNotebooks, parseRuntimeFiles } from "./api"
import { parseJson, WireError, type JsonObject } from "./json"
import { parseRecord } from "./record"
import { parseServerBinary, parseServerText } from "./server_message"
import { parseAccess, parseShared } from "./sharing"

const text = (message: object): string => JSON.stringify(message)

const cell = {
  id: "c1", cell_type: "code", source: "1", version: 0, metadata: {}, execution_count: null,
  outputs: [], dropped_outputs: 0,
}
const snapshot = {
  epoch: "e", seq: 1, nbformat_minor: 5, metadata: {}, cells: [cell], queue: [],
}

function commFrame(json: object, buffers: readonly Uint8Array[]): ArrayBuffer {
  const head = new TextEncoder().encode(JSON.stringify(json))
  const size = buffers.reduce((sum, buffer) => sum + buffer.length, 4 + head.length)
  const frame = new Uint8Array(size)
  new DataView(frame.buffer).setUint32(0, head.length, true)
  frame.set(head, 4)
  let at = 4 + head.length
  for (const buffer of buffers) {
    frame.set(buffer, at)
    at += buffer.length
  }
  return frame.buffer
}

describe("a message of the server", () => {
  it("is read with all its parts", () => {
    expect(parseServerText(text({ type: "snapshot", snapshot, notes: ["n"] }))).toMatchObject({
      type: "snapshot", notes: ["n"], snapshot: { cells: [{ id: "c1", confirmed: {}, run: null }] },
    })
    expect(parseServerText(text({ type: "lease", lease: null }))).toEqual({ type: "lease", lease: null })
    expect(parseServerText(text({
      type: "lease",
      lease: { id: "r", state: "ready", kernel: { state: "idle", name: "python3", language: "python" } },
    }))).toMatchObject({ lease: { state: "ready", detail: "", kernel: { state: "idle" } } })
    expect(parseServerText(text({ type: "lease", lease: {
      id: "r", state: "queued", idle_ends_ms: 3, notice_ms: 2, keep: true,
      accelerators: [{ model: "T4", title: "Tesla T4" }], hours: { left_ms: 7, renews_ms: null },
      queue: { flavor: "t4", position: 2, ahead: 1, expected_ms: null, why: "limit", offered_until_ms: 9 },
    } }))).toMatchObject({ lease: {
      idle_ends_ms: 3, notice_ms: 2, keep: true, accelerators: [{ model: "T4", title: "Tesla T4" }],
      queue: { flavor: "t4", position: 2, ahead: 1, expected_ms: null, why: "limit", offered_until_ms: 9 },
      hours: { left_ms: 7, renews_ms: null },
    } })
    expect(parseServerText(text({ type: "lease", lease: { id: "r", state: "ready" } }))).toMatchObject(
      { lease: { keep: false, queue: null, accelerators: [], hours: { left_ms: null, renews_ms: null } } })
    expect(parseServerText(text({ type: "meters", memory_used: 5, cpu: null })))
      .toMatchObject({ meters: { memory_used: 5, cpu: 0, disk_total: 0, accelerators: [], notice: null } })
    expect(parseServerText(text({ type: "meters", accelerators: [
      { id: "MIG-1", title: "A100", memory_used: 5, memory_total: 9, utilization: null, shared_with: 0 },
    ], notice: { kind: "accelerator_unused", since_ms: 7, ends_ms: 0 }, drives: [{ mountpoint: "/content/drive", readonly: true }] })))
      .toMatchObject({ meters: {
      drives: [{ mountpoint: "/content/drive", readonly: true }],
      accelerators: [{ id: "MIG-1", memory_used: 5, memory_total: 9, utilization: null }],
      notice: { kind: "accelerator_unused", since_ms: 7 },
    } })
    expect(parseServerText(text({
      type: "reply", request: "q", error: { code: "timeout", detail: "d" },
    }))).toMatchObject({ content: null, error: { code: "timeout" } })
  })

  it.each([
    ["no JSON", "{"],
    ["a list", "[]"],
    ["no type", "{}"],
    ["an unknown type", text({ type: "surprise" })],
    ["an inherited name as type", text({ type: "constructor" })],
    ["a snapshot without cells", text({ type: "snapshot", snapshot: { ...snapshot, cells: null } })],
    ["two cells of one id", text({ type: "snapshot", snapshot: { ...snapshot, cells: [cell, cell] } })],
    ["a negative seq", text({ type: "snapshot", snapshot: { ...snapshot, seq: -1 } })],
    ["a fraction as seq", text({ type: "snapshot", snapshot: { ...snapshot, seq: 1.5 } })],
    ["an unknown lease state", text({ type: "lease", lease: { id: "r", state: "odd" } })],
    ["an unknown reason to wait", text({ type: "lease", lease: {
      id: "r", state: "queued", queue: { flavor: "t4", position: 1, ahead: 0, why: "odd" },
    } })],
    ["a half place in a queue", text({ type: "lease", lease: {
      id: "r", state: "queued", queue: { position: 1.5, ahead: 0, why: "limit" },
    } })],
    ["records that are no list", text({ type: "records", epoch: "e", records: {} })],
    ["an unknown level", text({ type: "notice", level: "loud", detail: "" })],
    ["a used memory that is a word", text({ type: "meters", memory_used: "much" })],
    ["a Drive that is mounted nowhere", text({ type: "meters", drives: [{ readonly: true }] })],
    ["accelerators that are no list", text({ type: "meters", accelerators: 1 })],
    ["an unknown notice", text({ type: "meters", notice: { kind: "x", since_ms: 0, ends_ms: 0 } })],
    ["a comm of an unknown kind", text({ type: "comm", message: { type: "x", content: {} } })],
  ])("with %s is refused", (_what, message) => {
    expect(() => parseServerText(message)).toThrow(WireError)
  })

  it("in binary brings its buffers", () => {
    const message = parseServerBinary(commFrame(
      { type: "comm", message: { type: "comm_msg", content: { comm_id: "w" } }, buffers: [2, 0, 1] },
      [new Uint8Array([1, 2]), new Uint8Array(), new Uint8Array([3])]))
    expect(message.type === "comm" && message.buffers.map((buffer) => [...new Uint8Array(buffer)]))
      .toEqual([[1, 2], [], [3]])
  })

  it("in binary is refused wherever it is cut off", () => {
    const frame = commFrame(
      { type: "comm", message: { type: "comm_msg", content: {} }, buffers: [3] }, [new Uint8Array(3)])
    for (let size = 0; size < frame.byteLength; size += 1) {
      expect(() => parseServerBinary(frame.slice(0, size))).toThrow(WireError)
    }
    const longer = new Uint8Array(frame.byteLength + 1)
    longer.set(new Uint8Array(frame))
    expect(() => parseServerBinary(longer.buffer)).toThrow(WireError)
  })
})

describe("a record", () => {
  const record = (members: object): JsonObject =>
    ({ seq: 1, time_ms: 2, user: "", ...parseObject(members) })
  const parseObject = (members: object): JsonObject => {
    const json = parseJson(JSON.stringify(members))
    if (typeof json !== "object" || json === null || Array.isArray(json)) throw new Error("no object")
    return json as JsonObject
  }

  it("keeps whose command it answers", () => {
    expect(parseRecord(record({ type: "cell_deleted", cell: "c", client: "t", command: 4 })))
      .toMatchObject({ client: "t", command: 4, cell: "c" })
    expect(parseRecord(record({ type: "cell_deleted", cell: "c" })).command).toBe(0)
  })

  it.each([
    ["of an unknown type", { type: "cell_exploded" }],
    ["of an inherited name", { type: "toString" }],
    ["without its cell", { type: "cell_deleted" }],
    ["with an empty cell id", { type: "cell_deleted", cell: "" }],
    ["with a cell that is a number", { type: "cell_deleted", cell: 1 }],
    ["with a text that is none", { type: "stream_appended", cell: "c", execution: "x", name: "stdout", text: null }],
    ["with a half cut", { type: "stream_appended", cell: "c", execution: "x", name: "stdout", text: "", cut: { lines: 1 } }],
    ["with an unknown output", { type: "output_appended", cell: "c", execution: "x", output: { output_type: "y" } }],
    ["with a blob of no hash", {
      type: "output_appended", cell: "c", execution: "x",
      output: {
        output_type: "display_data", data: {}, metadata: {},
        blobs: { "image/png": { sha256: "../../me", bytes: 1, encoding: "base64" } },
      },
    }],
    ["with an unknown status", { type: "run_finished", cell: "c", execution: "x", status: "great", cancelled: [] }],
    ["with changes that are no list", { type: "text_changed", cell: "c", version: 0, updates: [{ client: "t", changes: "x" }] }],
    ["without after", { type: "cell_moved", cell: "c" }],
  ])("%s is refused", (_what, members) => {
    expect(() => parseRecord(record(members))).toThrow(WireError)
  })

  it("without a seq is refused", () => {
    expect(() => parseRecord({ type: "cell_deleted", cell: "c" })).toThrow(WireError)
  })
})

describe("who has access", () => {
  const person = { id: "u", email: "a@x", name: "A" }
  const answer = {
    title: "T", owner: person, people: [{ ...person, role: "editor" }], invitations: [{ email: "n@x", role: "viewer" }],
    link_role: "", editors_share: true, role: "owner", may_share: true, mail: false,
  }

  it("is read", () => {
    expect(parseAccess(answer)).toMatchObject({ link_role: null, people: [{ person, role: "editor" }] })
    expect(parseAccess({ ...answer, link_role: "commenter" }).link_role).toBe("commenter")
    expect(parseShared({ people: [{ email: "n@x", role: "viewer", has_account: false, mailed: false, link: "l" }] }))
      .toEqual([{ email: "n@x", role: "viewer", has_account: false, mailed: false, link: "l" }])
  })

  it.each([
    ["with a link for owners", { link_role: "owner" }],
    ["with two owners", { people: [{ ...person, role: "owner" }] }],
    ["with a role of no name", { role: "constructor" }],
    ["without a word on sharing", { may_share: null }],
  ])("%s is refused", (_what, members) => {
    expect(() => parseAccess({ ...answer, ...members })).toThrow(WireError)
  })
})

describe("an answer of the HTTP API", () => {
  it("is read", () => {
    expect(parseMe({
      user: { id: "u", email: "a@b", name: "A", role: "owner", has_password: false },
      csrf: "x", version: "1",
    }).user.has_password).toBe(false)
    const owner = { id: "u_b", email: "b@x", name: "B" }
    expect(parseNotebooks({ notebooks: [
      { id: "n", title: "T", modified_ms: 1, role: "viewer", owner, starred: true, shared: false },
    ] })).toMatchObject([{ id: "n", running: false, bytes: 0, role: "viewer", owner, path: "", starred: true }])
    expect(parseImported({ id: "n" }).notes).toEqual([])
  })

  it("that does not fit is refused", () => {
    expect(() => parseMe({ user: {} })).toThrow(WireError)
    expect(() => parseNotebooks({ notebooks: [{ id: "", title: "", modified_ms: 0 }] })).toThrow(WireError)
    expect(() => parseImported([])).toThrow(WireError)
  })
})

describe("what one can ask for", () => {
  const t4 = {
    name: "t4", title: "T4 GPU", kind: "gpu", cpus: 2, memory_bytes: 4, high_ram: false, scheduled: false, total: 2, free: 1, waiting: 0,
    accelerator: { model: "T4", title: "Tesla T4", count: 1, memory_bytes: 16, tflops: 65 },
    expected_wait_ms: null, hours_left_ms: 3, renews_ms: 9, image: "",
  }
  const images = [{ name: "default", title: "Default", kernels: [{ name: "ir", display_name: "R", language: "R" }] }]

  it("is read", () => {
    expect(parseFlavors({ flavors: [t4, { ...t4, kind: "cpu", accelerator: null }], images }))
      .toEqual({ flavors: [t4, { ...t4, kind: "cpu", accelerator: null }], images })
    const files = [{ runtime: "r", notebook: "n", title: "T", flavor: "t4", reason: "idle", bytes: 1, ended_ms: 2, until_ms: 3 }]
    expect(parseRuntimeFiles({ files })).toEqual(files)
  })

  it.each([
    ["a flavor of an unknown kind", { flavors: [{ ...t4, kind: "abacus" }], images }],
    ["a flavor without a count", { flavors: [{ ...t4, free: undefined }], images }],
    ["an accelerator without a model", { flavors: [{ ...t4, accelerator: { count: 1 } }], images }],
    ["an image without kernels", { flavors: [], images: [{ name: "x", title: "X" }] }],
  ])("with %s is refused", (_what, answer) => {
    expect(() => parseFlavors(parseJson(JSON.stringify(answer)))).toThrow(WireError)
  })
})
