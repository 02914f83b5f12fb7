/** For tests: tabs on one small notebook, with a server that keeps it. */
import { EditorState } from "@codemirror/state"
import { sourceOf } from "../../model/cell_text"
import type { Cell } from "../../model/notebook_state"
import { cellId, clientId } from "../../wire/ids"
import type { Ending } from "../connection"
import { NotebookSession } from "../session"
import { FakeClock } from "./fake_clock"
import { FakeServer } from "./fake_server"

export const c1 = cellId("c1")
export const c2 = cellId("c2")

export interface Tab {
  readonly session: NotebookSession
  readonly notices: string[]
  readonly type: (text: string, at?: number, cell?: typeof c1) => void
  readonly source: (cell?: typeof c1) => string | undefined
}

export let clock: FakeClock
export let server: FakeServer

export function open(name: string, probe: () => Promise<Ending | null> = () => Promise.resolve(null)): Tab {
  const session = new NotebookSession({
    client: clientId(name), open: server.open, clock, probe,
  })
  const notices: string[] = []
  session.onNotice(({ detail }) => notices.push(detail))
  const find = (id = c1): Cell | undefined => session.view.state?.cells.get(id)
  session.start()
  return {
    session, notices,
    type: (text, at, id = c1) => {
      const state = find(id)?.text ?? EditorState.create()
      session.edit(id, state.update({ changes: { from: at ?? state.doc.length, insert: text } }).state)
    },
    source: (id) => {
      const cell = find(id)
      return cell && sourceOf(cell.text)
    },
  }
}

/** A fresh server with the cells c1 ("a") and c2 ("b"), and a clock that stands. */
export function newWorld(): void {
  clock = new FakeClock()
  server = new FakeServer({ c1: "a", c2: "b" })
}
