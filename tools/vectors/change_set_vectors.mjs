// Prints random change sets and what the npm packages make of them, one JSON object a line, for
// src/document/change_set_vector.hpp. Usage: node change_set_vectors.mjs COUNT SEED (from a folder
// whose node_modules has @codemirror/state and @codemirror/collab). tools/vectors/check compares.
import { createRequire } from "node:module"
import { writeSync } from "node:fs"

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
const once = (one, of) => below(of) < one

// Half pairs too: no page may send them, but positions can fall between halves.
const kPieces = ["a", "bc", "\n", "😀", "é", "漢", "\n\n", "x = 1", " ", "\r", "\r\n", "\t", "\u2028", "\0",
  "e\u0301", "👩‍👩‍👧", "𝒳", "\ud83d", "\ude00", '"', "\\", "abc\ndef\n"]

function text() {
  if (once(1, 60)) return kPieces[below(kPieces.length)].repeat(1 + below(400))
  let out = ""
  for (let n = below(5); n > 0; n--) out += kPieces[below(kPieces.length)]
  return out
}

// Ranges in order, that touch each other often; or anywhere, as ChangeSet.of sorts them out itself.
function ranges(length) {
  const out = []
  const ordered = once(3, 4)
  for (let n = below(5), at = 0; n > 0 && at <= length; n--) {
    const near = once(1, 3) ? 0 : below(length - at + 1)
    const from = ordered ? at + near : below(length + 1)
    const most = once(1, 12) ? length - from : Math.min(6, length - from)
    const to = from + (once(1, 2) ? 0 : below(most + 1))
    out.push({ from, to, insert: once(1, 4) ? Text.empty : Text.of(text().split("\n")) })
    at = to + (once(1, 2) ? 1 : 0)
  }
  return out
}

function change(length) {
  if (once(1, 40)) return ChangeSet.empty(length)
  let changes = ChangeSet.of(ranges(length), length, "\n")
  // As a page has it that joins keystrokes, and as one that was rebased.
  while (once(1, 5)) changes = changes.compose(ChangeSet.of(ranges(changes.newLength), changes.newLength, "\n"))
  if (once(1, 8)) {
    const other = ChangeSet.of(ranges(length), length, "\n")
    changes = other.compose(changes.map(other, once(1, 2)))
  }
  return changes
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

// What the log holds since: own updates that were accepted already, rebased between the others'.
function accepted(updates, length) {
  const over = []
  const own = below(updates.length + 1)
  for (let k = 0; k < own || once(1, 2); ) {
    if (k < own && once(1, 2)) {
      over.push(rebase(updates.slice(0, k + 1), over)[0])
      k++
    } else {
      over.push({ clientID: once(1, 2) ? "other" : "third", changes: change(length) })
    }
    length = over[over.length - 1].changes.newLength
  }
  return over
}

function vector() {
  let source = ""
  for (let n = below(5); n > 0; n--) source += text()
  const doc = Text.of(source.split("\n"))
  const a = change(doc.length)
  const b = change(doc.length)
  const next = change(a.newLength)
  const updates = chain(doc.length, 1 + below(3), "me")
  const over = accepted(updates, doc.length)
  const position = below(doc.length + 1)
  return {
    text: source,
    a: a.toJSON(),
    b: b.toJSON(),
    next: next.toJSON(),
    applied: a.apply(doc).toString(),
    composed: a.compose(next).toJSON(),
    mapped: a.map(b).toJSON(),
    mapped_before: a.map(b, true).toJSON(),
    position,
    position_mapped: [a.mapPos(position, -1), a.mapPos(position, 1)],
    updates: plain(updates),
    over: plain(over),
    rebased: plain(rebase(updates, over)),
  }
}

let lines = ""
function flush() {
  for (let bytes = Buffer.from(lines); bytes.length > 0;) bytes = bytes.subarray(writeSync(1, bytes))
  lines = ""
}
for (let i = 0; i < count; i++) {
  lines += JSON.stringify(vector()) + "\n"
  if (lines.length > 1 << 16) flush()
}
flush()
