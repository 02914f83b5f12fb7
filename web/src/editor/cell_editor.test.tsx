import { act } from "react"
import { createRoot, type Root } from "react-dom/client"
import { EditorView } from "@codemirror/view"
import { afterEach, beforeEach, expect, it, vi } from "vitest"
import { usualOptions } from "../model/editor_options"
import { c1, clock, newWorld, open, server, type Tab } from "../sync/testing/tabs"
import { CellEditor } from "./CellEditor"
import type { EditorSetup } from "./extensions"
import { noLanguage } from "./language"

// jsdom lays nothing out.
Object.defineProperty(Range.prototype, "getClientRects", { value: () => [] })

const inert = (): void => undefined
const never = (): boolean => false
const setup: EditorSetup = {
  cell_type: "code", language: "python", readOnly: false,
  keys: { run: inert, runAndNext: inert, runAndInsert: inert, leave: inert, goUp: never, goDown: never },
  kernel: { complete: () => Promise.resolve(null) },
  server: noLanguage, options: usualOptions, vim: null,
  finding: { subscribe: () => () => undefined, pattern: () => null, current: () => null },
  labels: { editor: "Source", placeholder: "", openHelp: "", newName: "", fold: "", unfold: "" },
}
let root: Root
let place: HTMLElement

beforeEach(() => {
  vi.stubGlobal("IS_REACT_ACT_ENVIRONMENT", true)
  vi.spyOn(console, "warn").mockReturnValue(undefined)
  newWorld()
  place = document.body.appendChild(document.createElement("div"))
  root = createRoot(place)
})

afterEach(async () => {
  await act(async () => {
    root.unmount()
    await Promise.resolve()
  })
  place.remove()
})

async function show(tab: Tab): Promise<EditorView> {
  const cell = tab.session.view.state?.cells.get(c1)
  if (!cell) throw new Error("no cell")
  await act(async () => {
    root.render(
      <CellEditor session={tab.session} cell={cell} setup={setup} wantsFocus={0} typedAhead={() => ""}
        onFocus={inert} comments={[]} onComment={inert} line={0} />)
    await Promise.resolve()
  })
  const dom = place.querySelector<HTMLElement>(".cm-editor")
  const view = dom && EditorView.findFromDOM(dom)
  if (!view) throw new Error("no editor")
  return view
}

it("does not bring back a text that the server refused when its view is moved before it is drawn anew", async () => {
  const tab = open("t_a")
  await clock.settle()
  const view = await show(tab)
  server.refusal = "denied"
  view.dispatch({ changes: { from: 1, insert: "late" } })
  await clock.pass(2000)
  expect(tab.session.view.recovered).toMatchObject([{ source: "alate" }])
  view.dispatch({ effects: [] }) // As a cursor of somebody else does.
  expect(tab.source()).toBe("a")
  await show(tab)
  expect(view.state.doc.toString()).toBe("a")
  expect(tab.session.view.unsent).toBe(false)
})
