import { EditorState, Facet, type Extension } from "@codemirror/state"
import { EditorView } from "@codemirror/view"
import { describe, expect, it, vi } from "vitest"
import { late } from "./late"

const words = Facet.define<string>()

function editor(extension: Extension): EditorView {
  return new EditorView({ state: EditorState.create({ doc: "text", extensions: extension }) })
}
const wordsIn = (view: EditorView): readonly string[] => view.state.facet(words)

describe("a late extension", () => {
  it("comes to an editor that is there already, and is there for the next", async () => {
    const load = vi.fn(() => Promise.resolve(words.of("late")))
    const extension = late(load)
    const first = editor(extension())
    expect(wordsIn(first)).toEqual([])
    await vi.waitFor(() => expect(wordsIn(first)).toEqual(["late"]))
    expect(first.state.doc.toString()).toBe("text")
    expect(wordsIn(editor(extension()))).toEqual(["late"])
    expect(load).toHaveBeenCalledTimes(1)
  })

  it("leaves alone an editor that has gone, and one for which it does not come", async () => {
    vi.spyOn(console, "warn").mockImplementation(() => undefined)
    const load = vi.fn(() => Promise.resolve(words.of("late")))
    const gone = editor(late(load)())
    gone.destroy()
    const bare = editor(late(() => Promise.reject(new Error("no network")))())
    await vi.waitFor(() => expect(console.warn).toHaveBeenCalledTimes(1))
    expect(wordsIn(gone)).toEqual([])
    expect(wordsIn(bare)).toEqual([])
  })
})
