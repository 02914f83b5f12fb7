import { act } from "react"
import { createRoot, type Root } from "react-dom/client"
import { completionStatus } from "@codemirror/autocomplete"
import { EditorView } from "@codemirror/view"
import { afterEach, beforeEach, expect, it, vi } from "vitest"
import { usualOptions } from "../model/editor_options"
import type { Cell } from "../model/notebook_state"
import { c1, clock, newWorld, open, server, type Tab } from "../sync/testing/tabs"
import { CellEditor } from "./CellEditor"
import { executionId, userId } from "../wire/ids"
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

async function show(tab: Tab, change: Partial<Cell> = {}): Promise<EditorView> {
  const cell = tab.session.view.state?.cells.get(c1)
  if (!cell) throw new Error("no cell")
  await act(async () => {
    root.render(
      <CellEditor session={tab.session} cell={{ ...cell, ...change }} setup={setup} wantsFocus={0} typedAhead={() => ""}
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

it("offers no names any more for what runs, or has already run", async () => {
  const tab = open("t_a")
  await clock.settle()
  const view = await show(tab)
  const type = (): void => view.dispatch({ changes: { from: 1, insert: "b" }, selection: { anchor: 2 }, userEvent: "input.type" })
  const by = { user: userId("u_1"), name: "Ada" }
  const run = {
    execution: executionId("e_1"), state: "queued", queued_ms: 1, started_ms: 0, by, lane: "u_1", user_tz: null,
  } as const
  type()
  expect(completionStatus(view.state)).toBe("pending")
  await show(tab, { run })
  expect(completionStatus(view.state)).toBeNull()
  // While it runs one goes on writing, and its end changes nothing of that.
  type()
  const last_run = { execution: run.execution, status: "ok", reason: "", started_ms: 1, finished_ms: 2, by } as const
  await show(tab, { last_run })
  expect(completionStatus(view.state)).toBe("pending")
  await show(tab, { last_run: { ...last_run, execution: executionId("e_2") } })
  expect(completionStatus(view.state)).toBeNull()
})
