import { beforeEach, describe, expect, it } from "vitest"
import { FileDrafts } from "./file_drafts"

beforeEach(() => sessionStorage.clear())

describe("what is not saved of a file", () => {
  it("is found again by the next page, until it is dropped", () => {
    const drafts = new FileDrafts("n")
    let text = "a"
    drafts.put("/x", () => ({ text, version: "1" }))
    text = "ab"
    expect(drafts.of("/x")?.text).toBe("ab")
    drafts.freeze("/x")
    text = "abc"
    expect(drafts.of("/x")?.text).toBe("ab")
    expect(new FileDrafts("n").of("/x")).toEqual({ text: "ab", version: "1" })
    expect(new FileDrafts("other").of("/x")).toBeNull()
    drafts.drop("/x")
    expect([drafts.of("/x"), new FileDrafts("n").of("/x"), drafts.keep()]).toEqual([null, null, true])
  })

  it("goes along with a file that takes another name", () => {
    const drafts = new FileDrafts("n")
    drafts.put("/x", () => ({ text: "a", version: "1" }))
    drafts.move("/x", "/y")
    drafts.move("/nothing", "/z")
    expect([drafts.of("/x"), drafts.of("/y"), drafts.of("/z")]).toEqual([null, { text: "a", version: "1" }, null])
    expect(new FileDrafts("n").of("/y")?.text).toBe("a")
  })

  it("is told when it is more than a browser's tab keeps", () => {
    const drafts = new FileDrafts("n")
    drafts.put("/x", () => ({ text: "x".repeat(600_000), version: "1" }))
    expect(drafts.keep()).toBe(false)
    expect(drafts.of("/x")?.text.length).toBe(600_000)
  })

  it("is nothing when somebody else wrote what stands there", () => {
    for (const bad of ["", "{", "[]", "{\"text\":1}", "{\"text\":\"a\"}"]) {
      sessionStorage.setItem("colibri.file.n./x", bad)
      expect(new FileDrafts("n").of("/x")).toBeNull()
    }
  })
})
