import { describe, expect, it } from "vitest"
import { completeMention, mentionAt, suggestions, type Addressee } from "./mention_typing"
import { mentionsOf } from "./mentions"

const ada: Addressee = { name: "Ada Lovelace", email: "ada@example.org" }
const bob: Addressee = { name: "Bob", email: "robert@example.org" }
const li: Addressee = { name: "李雷", email: "li.lei@example.org" }
const people = [ada, bob, li]

describe("a mention that is typed", () => {
  it.each([
    ["@", 0, ""], ["Hi @ad", 3, "ad"], ["(+ro", 1, "ro"], ["看@李", 1, "李"],
    ["see @ada@exam", 4, "ada@exam"],
  ])("begins in %j", (text, from, query) => {
    expect(mentionAt(text, text.length)).toEqual({ from, query })
  })

  it.each(["", "a@", "1 + ", "x+y", "@ada ", "@@", "no"])("does not in %j", (text) => {
    expect(mentionAt(text, text.length)).toBeNull()
  })

  it("is looked for before the cursor only", () => {
    expect(mentionAt("@ad and more", 3)).toEqual({ from: 0, query: "ad" })
    expect(mentionAt("@ad and more", 8)).toBeNull()
  })

  it("offers who begins so, by name or address, the best first", () => {
    expect(suggestions(people, "")).toEqual(people)
    expect(suggestions(people, "RO")).toEqual([bob])
    expect(suggestions(people, "l")).toEqual([li, ada])
    expect(suggestions(people, "李")).toEqual([li])
    expect(suggestions(people, "zoe")).toEqual([])
  })

  it("offers nothing more once it is complete", () => {
    expect(suggestions(people, "ada@example.org")).toEqual([])
  })

  it("becomes the address, with the cursor behind it", () => {
    const typing = mentionAt("Hi @ad!", 6)
    const done = typing && completeMention("Hi @ad!", 6, typing, ada.email)
    expect(done).toEqual({ text: "Hi @ada@example.org !", cursor: 20 })
    expect(mentionsOf(done?.text ?? "")).toEqual([ada.email])
    expect(completeMention("@b you", 2, { from: 0, query: "b" }, bob.email))
      .toEqual({ text: "@robert@example.org you", cursor: 20 })
  })
})
