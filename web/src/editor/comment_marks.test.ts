import { setDiagnostics } from "@codemirror/lint"
import { EditorView } from "@codemirror/view"
import { afterEach, expect, it, vi } from "vitest"
import { configure, markDraft, newText } from "../model/cell_text"
import { clientId, threadId } from "../wire/ids"
import { commentMarks, marksIn, showComments, type CommentOnText } from "./comment_marks"

const thread = threadId("h")
const draft = threadId("d")
const on = (from: number, to: number): CommentOnText => ({ thread, anchor: { from, to }, isSelected: false })

let view: EditorView | null = null
afterEach(() => view?.destroy())

function mount(comments: readonly CommentOnText[], onComment = vi.fn()): EditorView {
  const text = newText("alpha beta", 0, clientId("t_me"))
  view = new EditorView({
    parent: document.body, state: configure(text, commentMarks(text, comments, onComment)).state,
  })
  return view
}
const marked = (of: EditorView): readonly (string | null)[] =>
  [...of.dom.querySelectorAll("[data-thread]")].map((mark) => mark.textContent)

it("shows from the beginning what comments are on, and lets it follow the text", () => {
  const editor = mount([on(0, 5)])
  expect(marked(editor)).toEqual(["alpha"])
  editor.dispatch({ changes: [{ from: 0, insert: ">> " }, { from: 2, insert: "X" }, { from: 5, insert: "!" }] })
  expect(marked(editor)).toEqual(["alXpha"])
  editor.dispatch({ changes: { from: 2, to: 10, insert: "" } })
  expect(marked(editor)).toEqual([])
  expect(marksIn(editor.state)).toEqual([{ from: 2, to: 2 }])
})

it("is one mark over a problem that is underlined", () => {
  const editor = mount([on(0, 10)])
  editor.dispatch(setDiagnostics(editor.state, [{ from: 0, to: 5, severity: "error", message: "what?" }]))
  expect(editor.dom.querySelector(".cm-lintRange")?.textContent).toBe("alpha")
  expect(marked(editor)).toEqual(["alpha beta"])
})

it("counts what the server does not have yet", () => {
  const editor = mount([])
  editor.dispatch({ changes: { from: 0, insert: "new " } })
  showComments(editor, [on(6, 10)])
  expect(marked(editor)).toEqual(["beta"])
  showComments(editor, [])
  expect(marked(editor)).toEqual([])
})

it("shows the place of a comment that is being written", () => {
  const editor = mount([])
  editor.dispatch(markDraft(draft, { from: 6, to: 10 }))
  showComments(editor, [{ thread: draft, anchor: null, isSelected: true }])
  editor.dispatch({ changes: { from: 0, to: 6 } })
  expect(marked(editor)).toEqual(["beta"])
})

it("tells of a click, but not of a selection that ends there", () => {
  const told = vi.fn()
  const editor = mount([on(0, 5)], told)
  const click = (): boolean | undefined =>
    editor.dom.querySelector("[data-thread]")?.dispatchEvent(new MouseEvent("click", { bubbles: true }))
  click()
  expect(told).toHaveBeenCalledExactlyOnceWith(thread)
  editor.dispatch({ selection: { anchor: 0, head: 3 } })
  click()
  expect(told).toHaveBeenCalledTimes(1)
})
