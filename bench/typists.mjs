// Many editors in one notebook, each a real peer of @codemirror/collab on a socket of its own. Reads
// {url, cookie, notebook, editors, cells, per_second, seconds} from stdin; prints one JSON object with
// the latencies of keystrokes to every other editor and whether all ended with one text.
import { readFileSync } from "node:fs"
import { createRequire } from "node:module"
import { fileURLToPath } from "node:url"

const web = fileURLToPath(new URL("../web/package.json", import.meta.url))
const require = createRequire(web)
const { WebSocket } = require("ws")
const { EditorState, ChangeSet, Text } = require("@codemirror/state")
const { collab, getSyncedVersion, receiveUpdates, sendableUpdates } = require("@codemirror/collab")

const wish = JSON.parse(readFileSync(0, "utf8"))
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms))
/** When each keystroke was made: client and how manieth update of it in its cell. */
const typedAt = new Map()
const latencies = []

class Editor {
  constructor(number) {
    this.client = `t_bench${number}`
    this.cells = new Map()
    this.command = 0
    this.inFlight = new Map()
    this.typed = 0
    this.received = 0
  }

  async open() {
    const url = `${wish.url.replace("http", "ws")}/api/notebooks/${wish.notebook}/socket`
    this.socket = new WebSocket(url, ["colibri.v1"],
      { headers: { Cookie: wish.cookie }, origin: wish.url, perMessageDeflate: false })
    await new Promise((resolve, reject) => {
      this.socket.on("error", reject)
      this.socket.on("open", () => this.send({ type: "hello", client: this.client, protocol: 1 }))
      this.socket.on("message", (text) => {
        this.take(JSON.parse(text))
        if (this.cells.size > 0) resolve()
      })
    })
  }

  send(message) {
    this.socket.send(JSON.stringify(message))
  }

  take(message) {
    if (message.type === "snapshot") {
      for (const cell of message.snapshot.cells) {
        this.cells.set(cell.id, EditorState.create({
          doc: Text.of(cell.source.split("\n")),
          extensions: [EditorState.lineSeparator.of("\n"), collab({ startVersion: cell.version, clientID: this.client })],
        }))
      }
    }
    if (message.type === "refused") throw new Error(JSON.stringify(message))
    if (message.type === "records") {
      for (const record of message.records) if (record.type === "text_changed") this.follow(record)
    }
  }

  follow(record) {
    let state = this.cells.get(record.cell)
    for (const { client, changes } of record.updates) {
      state = receiveUpdates(state, [{ clientID: client, changes: ChangeSet.fromJSON(changes) }]).state
      this.received += 1
      if (client === this.client) continue
      const key = `${record.cell}/${client}`
      const at = (this.seen ??= new Map()).get(key) ?? 0
      this.seen.set(key, at + 1)
      latencies.push(performance.now() - typedAt.get(`${key}/${at}`))
    }
    this.cells.set(record.cell, state)
    if (record.client === this.client) {
      this.inFlight.delete(record.cell)
      this.push(record.cell)
    }
  }

  type(id) {
    const state = this.cells.get(id)
    const at = Math.floor(Math.random() * (state.doc.length + 1))
    const own = (this.mine ??= new Map()).get(id) ?? 0
    this.mine.set(id, own + 1)
    typedAt.set(`${id}/${this.client}/${own}`, performance.now())
    this.cells.set(id, state.update({ changes: { from: at, insert: "abcdefgh"[own % 8] } }).state)
    this.typed += 1
    this.push(id)
  }

  push(id) {
    const state = this.cells.get(id)
    const updates = sendableUpdates(state)
    if (updates.length === 0 || this.inFlight.has(id)) return
    this.inFlight.set(id, true)
    const first = this.mine.get(id) - updates.length
    this.send({
      type: "command", command: ++this.command,
      op: { type: "push_text", cell: id, version: getSyncedVersion(state), first, changes: updates.map((u) => u.changes.toJSON()) },
    })
  }
}

const editors = Array.from({ length: wish.editors }, (_, number) => new Editor(number))
for (const editor of editors) await editor.open()
const ids = [...editors[0].cells.keys()].slice(0, wish.cells)
process.stderr.write("typing\n")
const began = performance.now()
const total = wish.seconds * wish.per_second
await Promise.all(editors.map(async (editor, number) => {
  const id = ids[number % ids.length]
  for (let n = 0; n < total; n += 1) {
    // Evenly spread over the second, as people are.
    const due = began + (n + number / editors.length) * 1000 / wish.per_second
    await pause(Math.max(0, due - performance.now()))
    editor.type(id)
  }
}))
process.stderr.write("typed\n")
const all = editors.length * total
const deadline = performance.now() + 30_000
while (editors.some((editor) => editor.received < all) && performance.now() < deadline) await pause(20)
const texts = ids.map((id) => new Set(editors.map((editor) => editor.cells.get(id).doc.toString())))
const cpu = process.cpuUsage()
latencies.sort((a, b) => a - b)
const at = (p) => latencies[Math.min(latencies.length - 1, Math.floor(latencies.length * p))]
console.log(JSON.stringify({
  keystrokes: all, deliveries: latencies.length,
  converged: texts.every((set) => set.size === 1) && editors.every((editor) => editor.received === all),
  characters: ids.reduce((sum, id) => sum + editors[0].cells.get(id).doc.length, 0),
  p50: at(0.5), p95: at(0.95), p99: at(0.99), max: at(1), client_cpu_s: (cpu.user + cpu.system) / 1e6,
}))
for (const editor of editors) editor.socket.terminate()
