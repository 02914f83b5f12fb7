import { completionStatus, startCompletion } from "@codemirror/autocomplete"
import { EditorState } from "@codemirror/state"
import { EditorView, runScopeHandlers } from "@codemirror/view"
import { afterEach, describe, expect, it, vi } from "vitest"
import { completeOrIndent } from "./completion"
import { editorExtensions, maxSourceUnits, type EditorKeys } from "./extensions"
import { usualOptions } from "../model/editor_options"
import { noLanguage } from "./language"

// jsdom lays nothing out: every line is one row.
Object.defineProperty(Range.prototype, "getClientRects", { value: () => [] })

describe("an editor", () => {
  let view: EditorView | null = null
  afterEach(() => view?.destroy())

  function mount(doc: string, keys: Partial<EditorKeys> = {}, readOnly = false): EditorView {
    const none = (): boolean => false
    const inert = (): void => undefined
    view = new EditorView({
      parent: document.body,
      state: EditorState.create({
        doc, selection: { anchor: doc.length },
        extensions: [EditorState.lineSeparator.of("\n"), editorExtensions({
          cell_type: "code", language: "python", readOnly,
          keys: { run: inert, runAndNext: inert, runAndInsert: inert, leave: inert, goUp: none, goDown: none, ...keys },
          kernel: { complete: () => Promise.resolve(null) },
          server: noLanguage, options: usualOptions, vim: null,
          finding: { subscribe: () => () => undefined, pattern: () => null, current: () => null },
          labels: { editor: "Source", placeholder: "", openHelp: "", newName: "", fold: "", unfold: "" },
        })],
      }),
    })
    return view
  }
  const press = (target: EditorView, key: string, more: KeyboardEventInit = {}): boolean =>
    runScopeHandlers(target, new KeyboardEvent("keydown", { key, ...more }), "editor")

  it("is left by Escape although completions are still being looked for", () => {
    const leave = vi.fn()
    const target = mount("name", { leave })
    startCompletion(target)
    expect(completionStatus(target.state)).toBe("pending")
    press(target, "Escape")
    expect(leave).toHaveBeenCalledTimes(1)
    expect(completionStatus(target.state)).toBeNull()
  })

  it("hands the running keys to the notebook and keeps the text", () => {
    const keys = { run: vi.fn(), runAndNext: vi.fn(), runAndInsert: vi.fn() }
    const target = mount("x", keys)
    press(target, "Enter", { ctrlKey: true })
    press(target, "Enter", { shiftKey: true })
    press(target, "Enter", { altKey: true })
    for (const key of Object.values(keys)) expect(key).toHaveBeenCalledTimes(1)
    expect(target.state.doc.toString()).toBe("x")
  })

  it("is left by Escape, and by arrows at its edges only", () => {
    const keys = { leave: vi.fn(), goUp: vi.fn(() => true), goDown: vi.fn(() => true) }
    const target = mount("one\ntwo", keys)
    press(target, "ArrowUp")
    expect(keys.goUp).not.toHaveBeenCalled()
    target.dispatch({ selection: { anchor: 5 } })
    press(target, "ArrowDown")
    expect(keys.goDown).toHaveBeenCalledTimes(1)
    target.dispatch({ selection: { anchor: 1 } })
    press(target, "ArrowUp")
    expect(keys.goUp).toHaveBeenCalledTimes(1)
    press(target, "Escape")
    expect(keys.leave).toHaveBeenCalledTimes(1)
  })

  it("indents by Tab to the next stop of four", () => {
    const target = mount("  ")
    completeOrIndent(target)
    expect(target.state.doc.toString()).toBe("    ")
  })

  it("indents the line after a colon", () => {
    const target = mount("if x:")
    press(target, "Enter")
    expect(target.state.doc.toString()).toBe("if x:\n    ")
  })

  it("takes no paste beyond the longest text", () => {
    const target = mount("x")
    const paste = "y".repeat(maxSourceUnits)
    target.dispatch({ changes: { from: 1, insert: paste }, userEvent: "input.paste" })
    expect(target.state.doc.length).toBe(1)
  })

  it("that is read only changes nothing by keys", () => {
    const target = mount("x", {}, true)
    press(target, "Enter")
    completeOrIndent(target)
    expect(target.state.doc.toString()).toBe("x")
  })
})
