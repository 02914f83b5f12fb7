// Prints random change sets and what the npm packages make of them, one JSON object a line, for
// src/document/change_set_test.cpp. Usage: node change_set_vectors.mjs COUNT SEED (from a folder whose
// node_modules has @codemirror/state and @codemirror/collab).
import { createRequire } from "node:module"

const require = createRequire(process.cwd() + "/")
const { ChangeSet, Text } = require("@codemirror/state")
const { rebaseUpdates } = require("@codemirror/collab")

const count = Number(process.argv[2] ?? 1000)
let state = Number(process.argv[3] ?? 1) >>> 0

// mulberry32: the same vectors for the same seed everywhere.
function random() {
  state = (state + 0x6d2b79f5) >>> 0
  let t = Math.imul(state ^ (state >>> 15), 1 | state)
  t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
  return ((t ^ (t >>> 14)) >>> 0) / 4294967296
}
const below = n => Math.floor(random() * n)
const kPieces = ["a", "bc", "\n", "😀", "é", "漢", "\n\n", "x = 1", " "]

function text() {
  let out = ""
  for (let n = below(5); n > 0; n--) out += kPieces[below(kPieces.length)]
  return out
}

function change(length) {
  const changes = []
  for (let n = below(4), at = 0; n > 0 && at <= length; n--) {
    const from = at + below(length - at + 1)
    const to = from + (random() < 0.5 ? 0 : below(Math.min(6, length - from) + 1))
    changes.push({ from, to, insert: Text.of(text().split("\n")) })
    at = to + (random() < 0.7 ? 1 : 0)
  }
  return ChangeSet.of(changes, length, "\n")
}

function chain(length, n, client) {
  const updates = []
  for (; n > 0; n--) {
    const changes = change(length)
    updates.push({ clientID: client, changes })
    length = changes.newLength
  }
  return updates
}

// One accepted update at a time, as pages take them.
const rebase = (updates, over) => over.reduce((left, one) => rebaseUpdates(left, [one]), updates)

const plain = updates => updates.map(u => ({ client: u.clientID, changes: u.changes.toJSON() }))

for (let i = 0; i < count; i++) {
  let source = ""
  for (let n = below(4); n >= 0; n--) source += text()
  const doc = Text.of(source.split("\n"))
  const a = change(doc.length)
  const b = change(doc.length)
  const next = change(a.newLength)
  // What the log holds since: own updates that were accepted already, rebased between the others'.
  const updates = chain(doc.length, 1 + below(3), "me")
  const over = []
  let length = doc.length
  let own = below(updates.length + 1)
  for (let k = 0; k < own || random() < 0.5; ) {
    if (k < own && random() < 0.5) {
      over.push(rebase(updates.slice(0, k + 1), over)[0])
      k++
    } else {
      over.push({ clientID: "other", changes: change(length) })
    }
    length = over[over.length - 1].changes.newLength
  }
  console.log(JSON.stringify({
    text: source,
    a: a.toJSON(),
    b: b.toJSON(),
    next: next.toJSON(),
    applied: a.apply(doc).toString(),
    composed: a.compose(next).toJSON(),
    mapped: a.map(b).toJSON(),
    mapped_before: a.map(b, true).toJSON(),
    updates: plain(updates),
    over: plain(over),
    rebased: plain(rebase(updates, over)),
  }))
}
