import { describe, expect, it } from "vitest"
import type { Listing, Place } from "../../../wire/runtime_files"
import { Browsing } from "./browsing"

/** A runtime whose lists come when the test says so. */
class Lists {
  private readonly waiting = new Map<string, ((listing: Listing) => void)[]>()

  readonly api = {
    list: ({ path }: Place) => new Promise<Listing>((come) => {
      this.waiting.set(path, [...this.waiting.get(path) ?? [], come])
    }),
    watch: () => ({ set: () => undefined, close: () => undefined }),
  }

  /** The last list that was asked for. */
  async come(path: string, ...folders: readonly string[]): Promise<void> {
    const entries = folders.map((name) => ({ name, hex: null, type: "folder" as const, size: 0, modified_ms: 0, version: "1", link: false }))
    this.waiting.get(path)?.pop()?.({ entries, more: false })
    await Promise.resolve()
    await Promise.resolve()
  }
}

describe("the tree of files", () => {
  it("keeps open what was opened while a list was on its way", async () => {
    const lists = new Lists()
    const browsing = new Browsing(lists.api)
    browsing.begin("r_1")
    browsing.refresh()
    void browsing.reveal("/content/data/.")
    await lists.come("/content", "data")
    expect([...browsing.view.open]).toEqual(["/content/data"])
    await lists.come("/content/data", "deep")
    expect([...browsing.view.folders.keys()].sort()).toEqual(["/content", "/content/data"])
  })
  it("shows the later of two lists, whichever comes first", async () => {
    const lists = new Lists()
    const browsing = new Browsing(lists.api)
    browsing.begin("r_1")
    browsing.refresh()
    browsing.refresh()
    await lists.come("/content", "new")
    await lists.come("/content", "old")
    expect(browsing.view.folders.get("/content")).toMatchObject({ state: "there", entries: [{ name: "new" }] })
  })
})
