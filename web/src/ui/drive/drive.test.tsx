import { act } from "react"
import { beforeEach, describe, expect, it, vi } from "vitest"
import { choose, noSelection } from "../../model/selection"
import type { DriveEntry } from "../../wire/drive"
import { notebookId, userId } from "../../wire/ids"
import { draw, withPage } from "../testing/page"
import { DrivePage, type DrivePageProps } from "./DrivePage"
import { entriesFor } from "./item_menu"

withPage()
beforeEach(() => vi.stubGlobal("ResizeObserver", class {
  observe(): void { /* Not in jsdom. */ }
  disconnect(): void { /* Nor that. */ }
}))

const ada = { id: userId("u_ada"), email: "ada@example.org", name: "Ada" }
const bob = { id: userId("u_bob"), email: "bob@example.org", name: "Bob" }
const file = (name: string, more: Partial<DriveEntry> = {}): DriveEntry => ({
  kind: "file", name, path: `My Drive/${name}`, place: "My Drive", bytes: 10, modified_ms: 1, starred: false, notebook: null,
  trashed_ms: 0, found: "", ...more,
})
const notebook = (id: string, title: string, of = ada): DriveEntry => {
  const path = of === ada ? `My Drive/${title}.ipynb` : ""
  return file(`${title}.ipynb`, { kind: "notebook", path, notebook: {
    id: notebookId(id), title, path, modified_ms: 1, opened_ms: 0, bytes: 10, running: false, role: of === ada ? "owner" : "viewer",
    owner: of, starred: false, shared: false,
  } })
}
const props: DrivePageProps = {
  user: ada, total: 0, error: undefined, at: () => undefined, view: "recent", path: "My Drive", words: "", sort: "opened", descending: true,
  asGrid: false, selection: noSelection, space: null, clouds: [], onConnect: vi.fn(), hrefOf: ({ notebook: of }) => of ? `/notebooks/${of.id}` : undefined,
  hrefOfView: (view) => `/?view=${view}`, creating: false, onSelection: vi.fn(), onShown: vi.fn(), onOpen: vi.fn(), onStar: vi.fn(),
  onAction: vi.fn(), onDrop: vi.fn(), onView: vi.fn(), onWords: vi.fn(), onSort: vi.fn(), onGrid: vi.fn(), onCreate: vi.fn(),
  onNewFolder: vi.fn(), onFiles: vi.fn(), onEmptyTrash: vi.fn(), onDropOn: vi.fn(), onRetry: vi.fn(),
}
const withEntries = (entries: readonly DriveEntry[], more: Partial<DrivePageProps> = {}): DrivePageProps =>
  ({ ...props, total: entries.length, at: (index) => entries[index], ...more })
const press = (target: Element | null, key: string, init: KeyboardEventInit = {}): void =>
  act(() => { target?.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true, ...init })) })

describe("the Drive", () => {
  it("shows names as text, and whose a notebook is", async () => {
    await draw(<DrivePage {...withEntries([notebook("a", "<b>Trees</b>"), notebook("b", "Shared", bob), file("x.csv")])} />)
    expect(Array.from(document.querySelectorAll(".d-link"), (link) => link.textContent)).toEqual(["<b>Trees</b>", "SharedBob", "x.csv"])
    expect(document.querySelectorAll(".d-owner")[1]?.textContent).toBe("Bob")
  })

  it("opens in place on a plain click, and leaves other clicks to the browser", async () => {
    const onOpen = vi.fn()
    await draw(<DrivePage {...withEntries([notebook("a", "A")], { onOpen })} />)
    const link = document.querySelector(".d-link")
    document.addEventListener("click", (event) => event.preventDefault(), { once: true }) // Nowhere to go.
    const click = (init: MouseEventInit): void =>
      act(() => { link?.dispatchEvent(new MouseEvent("click", { bubbles: true, cancelable: true, ...init })) })
    click({ ctrlKey: true })
    expect(onOpen).not.toHaveBeenCalled()
    click({})
    expect(onOpen).toHaveBeenCalledTimes(1)
    expect(link?.getAttribute("href")).toBe("/notebooks/a")
  })

  it("is used by keys", async () => {
    const [onSelection, onOpen, onAction] = [vi.fn<DrivePageProps["onSelection"]>(), vi.fn(), vi.fn()]
    const selection = choose(noSelection, 0)
    await draw(<DrivePage {...withEntries([file("a"), file("b")], { onSelection, onOpen, onAction, selection })} />)
    const row = document.querySelector("[data-item='0']")
    press(row, "ArrowDown", { shiftKey: true })
    expect([...onSelection.mock.lastCall?.[0].chosen ?? []]).toEqual([0, 1])
    press(row, "Enter")
    expect(onOpen).toHaveBeenCalledWith(file("a"))
    press(row, "Delete")
    press(row, "F2")
    expect(onAction.mock.calls).toEqual([["trash"], ["rename"]])
    expect(row?.getAttribute("aria-selected")).toBe("true")
    expect(document.body.textContent).toContain("1 chosen")
  })

  it("offers what one may do, and no more", () => {
    const ids = (...entries: readonly DriveEntry[]): readonly string[] =>
      entriesFor("recent", entries).flatMap((entry) => "id" in entry ? [entry.id] : [])
    expect(ids(notebook("a", "A"))).toContain("rename")
    expect(ids(notebook("b", "B", bob))).toEqual(["open", "tab", "share", "star", "copy", "forget"])
    expect(ids(file("a"), notebook("b", "B", bob))).not.toContain("trash")
    const inCloud = (name: string): readonly string[] =>
      entriesFor("folder", [{ ...file(name), path: `Clouds/Nextcloud/${name}` }]).flatMap((entry) => "id" in entry ? [entry.id] : [])
    expect(inCloud("a.ipynb")).toContain("copy")
    expect(inCloud("a.csv")).not.toContain("copy")
    expect(entriesFor("trash", [file("a")]).flatMap((entry) => "id" in entry ? [entry.id] : [])).toEqual(["restore", "erase"])
  })

  it("tells loading, emptiness and failure apart", async () => {
    await draw(<DrivePage {...props} total={null} />)
    expect(document.querySelector(".c-list-skeleton")).not.toBeNull()
    await draw(<DrivePage {...props} view="trash" />)
    expect(document.body.textContent).toContain("The Trash is empty")
    await draw(<DrivePage {...props} error="The disk is gone." />)
    expect(document.querySelector("[role=alert]")?.textContent).toContain("The disk is gone.")
  })
})
