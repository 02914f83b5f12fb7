import { EditorSelection, EditorState } from "@codemirror/state"
import { EditorView } from "@codemirror/view"
import { expect, it } from "vitest"
import { shownSelection } from "./selection"

function open(always = false): { readonly view: EditorView; readonly drawn: () => boolean } {
  const view = new EditorView({
    parent: document.body,
    state: EditorState.create({
      doc: "one two\nthree", extensions: [EditorState.allowMultipleSelections.of(true), shownSelection(always)],
    }),
  })
  return { view, drawn: () => view.dom.querySelector(".cm-selectionLayer") !== null }
}

it("leaves a lone cursor to the browser and draws a range, until there is none any more", () => {
  const { view, drawn } = open()
  expect(drawn()).toBe(false)
  view.dispatch({ selection: { anchor: 1, head: 3 } })
  expect(drawn()).toBe(true)
  view.dispatch(view.state.replaceSelection("x"))
  expect(view.state.doc.line(1).text).toBe("ox two")
  expect(drawn()).toBe(false)
})

it("draws more than one cursor", () => {
  const { view, drawn } = open()
  view.dispatch({ selection: EditorSelection.create([EditorSelection.cursor(0), EditorSelection.cursor(4)]) })
  expect(drawn()).toBe(true)
})

it("draws no longer what somebody else has deleted", () => {
  const { view, drawn } = open()
  view.dispatch({ selection: { anchor: 1, head: 3 } })
  view.dispatch({ changes: { from: 0, to: 5 } })
  expect(drawn()).toBe(false)
})

it("draws a lone cursor where the browser shows none", () => {
  expect(open(true).drawn()).toBe(true)
})
