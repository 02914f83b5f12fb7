import { readFileSync } from "node:fs"
import { describe, expect, it } from "vitest"
import { parseSnapshot } from "../wire/cell"
import { parseThread } from "../wire/comment"
import { clientId } from "../wire/ids"
import { asArray, asObject, member, objectAt, parseJson } from "../wire/json"
import { parseRecord } from "../wire/record"
import { apply } from "./apply"
import { mentionsOf, partsOf } from "./mentions"
import { fromSnapshot } from "./notebook_state"

const vectors = readFileSync("../testdata/comment_vectors.jsonl", "utf8")
  .trim().split("\n")

describe("threads", () => {
  it.each(vectors.map((line, index) => [index + 1, line] as const))(
    "end as the server's after the random records of seed %i", (_seed, line) => {
      const vector = asObject(parseJson(line), "vector")
      const records = asArray(member(vector, "records"), "records").map(parseRecord)
      const start = fromSnapshot(parseSnapshot(objectAt(vector, "snapshot")), clientId("t_me"))
      const end = records.reduce(apply, start)
      expect(end.threads).toEqual(asArray(member(vector, "threads"), "threads").map(parseThread))
    })
})

describe("mentions", () => {
  it.each([
    ["@ada@example.org, +Bob.B+x@mail.example.co.uk: see", ["ada@example.org", "bob.b+x@mail.example.co.uk"]],
    ["ends. (@ada@example.org.) @ADA@EXAMPLE.ORG", ["ada@example.org"]],
    ["ada@example.org @ada @@ada@example.org x@ada@b.c @ada@ @@ +", []],
    ["你好@ada@localhost", ["ada@localhost"]],
  ])("are addresses behind @ or +: %s", (text, emails) => {
    expect(mentionsOf(text)).toEqual(emails)
  })

  it("are at most twenty", () => {
    const many = Array.from({ length: 30 }, (_, i) => `@a${i}@b.c`).join(" ")
    expect(mentionsOf(many)).toHaveLength(20)
  })

  it("stand between the words", () => {
    expect(partsOf("Hi @Ada@b.c!")).toEqual([
      { text: "Hi ", email: "" }, { text: "@Ada@b.c", email: "ada@b.c" }, { text: "!", email: "" },
    ])
  })
})
