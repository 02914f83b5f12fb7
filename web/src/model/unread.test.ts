import { describe, expect, it } from "vitest"
import { parseThread, type Thread } from "../wire/comment"
import { userId } from "../wire/ids"
import { parseJson } from "../wire/json"
import { seenUpTo, unreadIn, type Reader } from "./unread"

const comment = (seq: number, user: string, text = "x"): object => ({ id: `m${seq}`, user, name: user, text, seq })
const thread = (id: string, comments: readonly object[], more: object = {}): Thread =>
  parseThread(parseJson(JSON.stringify({ id, cell: "c", anchor: null, quote: "", comments, ...more })))
const me = (seq: number): Reader => ({ user: userId("me"), email: "Me@b.c", seq, seen: new Map() })
const seqs = (of: Thread, reader: Reader): readonly number[] => unreadIn(of, reader).map(({ seq }) => seq)

describe("unread comments", () => {
  const talk = thread("h", [comment(3, "ann"), comment(5, "me"), comment(7, "bob")])

  it("are those of others behind the mark", () => {
    expect(seqs(talk, me(0))).toEqual([3, 7])
    expect(seqs(talk, me(3))).toEqual([7])
    expect(seqs(talk, me(7))).toEqual([])
  })

  it("are none of a thread that was looked at since", () => {
    expect(seqs(talk, { ...me(0), seen: new Map([[talk.id, 7]]) })).toEqual([])
  })

  it("count in resolved threads only for those whom they concern", () => {
    const resolved = { resolved: { user: "ann", name: "Ann", time_ms: 0 } }
    expect(seqs(thread("h", [comment(3, "ann")], resolved), me(0))).toEqual([])
    expect(seqs(thread("h", [comment(3, "ann", "see @me@b.c")], resolved), me(0))).toEqual([3])
    expect(seqs(thread("h", [comment(2, "me"), comment(3, "ann")], resolved), me(0))).toEqual([3])
  })

  it("end what may be marked as seen", () => {
    expect(seenUpTo([talk, thread("g", [comment(9, "ann")])], me(3), 20)).toBe(6)
    expect(seenUpTo([talk], { ...me(0), seen: new Map([[talk.id, 7]]) }, 20)).toBe(20)
  })
})
