import { act, type JSX } from "react"
import { beforeEach, expect, it } from "vitest"
import { sourceOf } from "../../model/cell_text"
import type { NotebookSession } from "../../sync/session"
import { c1, c2, clock, newWorld, open } from "../../sync/testing/tabs"
import { draw, withPage } from "../../ui/testing/page"
import type { CellId } from "../../wire/ids"
import { useCellOf, usePart, usePartOf } from "./session_parts"

withPage()
beforeEach(newWorld)

const drawn: string[] = []

function OneCell({ session, id }: { readonly session: NotebookSession; readonly id: CellId }): JSX.Element {
  const cell = useCellOf(session, id)
  drawn.push(id)
  return <p>{cell && sourceOf(cell.text)}</p>
}

function Writable({ session }: { readonly session: NotebookSession }): JSX.Element {
  drawn.push("writable")
  return <b>{String(usePart(session, "writable"))} {usePartOf(session, "threads", ({ length }) => length)}</b>
}

it("draws what has changed, and nothing else, a moment after keys were typed", async () => {
  const { session, type } = open("t_a")
  await clock.settle()
  await draw(<><OneCell session={session} id={c1} /><OneCell session={session} id={c2} /><Writable session={session} /></>)
  expect(document.body.textContent).toContain("true 0")
  drawn.length = 0
  act(() => type("x"))
  await act(() => clock.settle())
  expect(drawn).toEqual([])
  act(() => type("y"))
  await act(() => clock.pass(100))
  expect(drawn).toEqual([c1])
  expect(document.querySelector("p")?.textContent).toBe("axy")
})

it("goes on after all that watched had gone", async () => {
  const { session, type } = open("t_a")
  await clock.settle()
  await draw(<OneCell session={session} id={c1} />)
  await draw(null)
  act(() => type("y"))
  await draw(<OneCell session={session} id={c1} />)
  expect(document.querySelector("p")?.textContent).toBe("ay")
  act(() => type("z"))
  await act(() => clock.pass(100))
  expect(document.querySelector("p")?.textContent).toBe("ayz")
})
