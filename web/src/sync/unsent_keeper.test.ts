import { beforeEach, describe, expect, it, vi } from "vitest"
import { cellId, clientId, commentId, notebookId, threadId, userId } from "../wire/ids"
import type { Op } from "../wire/page_message"
import { Tabs } from "./tabs"
import { clock, newWorld, open, server, type Tab } from "./testing/tabs"
import { UnsentKeeper } from "./unsent_keeper"
import { forgetUnsent } from "./unsent_keys"
import { UnsentStore } from "./unsent_store"

const ada = userId("u_ada")
const notebook = notebookId("n_1")

/** A BroadcastChannel of this test alone, at once. */
class Radio {
  static stations = new Set<Radio>()
  onmessage: ((event: MessageEvent<unknown>) => void) | null = null

  constructor() {
    Radio.stations.add(this)
  }

  postMessage(data: unknown): void {
    for (const other of [...Radio.stations]) {
      if (other !== this) other.onmessage?.(new MessageEvent("message", { data }))
    }
  }

  close(): void {
    Radio.stations.delete(this)
  }
}

interface KeptTab extends Tab {
  readonly keeper: UnsentKeeper
  /** The tab is gone as by a crash: nothing more is said or kept. */
  readonly crash: () => void
}

function openKept(name: string): KeptTab {
  const tab = open(name)
  const tabs = new Tabs(clientId(name), clock, () => new Radio())
  const store = new UnsentStore(localStorage, ada, notebook, clientId(name))
  const keeper = new UnsentKeeper(tab.session, store, tabs, server.open, clock)
  keeper.start()
  return {
    ...tab, keeper,
    crash: () => {
      tabs.close()
      store.keep = () => undefined
      keeper.stop()
      tab.session.stop()
    },
  }
}

const keys = (): string[] => Object.keys(localStorage).filter((key) => key.startsWith("colibri.unsent"))

beforeEach(() => {
  newWorld()
  localStorage.clear()
  Radio.stations.clear()
})

/** A tab that typed offline and crashed. */
async function crashedTab(text = "mine"): Promise<void> {
  const tab = openKept("t_old")
  await clock.settle()
  server.cut()
  tab.type(text)
  await clock.pass(320) // Kept, and not yet online again.
  tab.crash()
}

describe("text that a crashed tab had not sent", () => {
  it("goes into the notebook when it is opened again, merged with what others typed", async () => {
    await crashedTab()
    expect(keys()).toHaveLength(1)
    const bob = open("t_bob")
    await clock.settle()
    bob.type("[bob]", 0)
    await clock.settle()
    const tab = openKept("t_new")
    await clock.pass(1000)
    expect(server.source("c1")).toBe("[bob]amine")
    expect(tab.source()).toBe("[bob]amine")
    expect(tab.session.view.recovered).toEqual([])
    expect(keys()).toEqual([])
  })

  it("does not come twice when the server had it", async () => {
    const tab = openKept("t_old")
    await clock.settle()
    tab.type("x")
    tab.type("y")
    tab.keeper.saveNow()
    await clock.settle() // Both arrive; that they did is not kept any more.
    const kept = localStorage.getItem(keys()[0] ?? "")
    tab.crash()
    localStorage.setItem("colibri.unsent u_ada n_1 t_old", kept ?? "")
    const again = openKept("t_new")
    await clock.settle()
    again.type("z", 0)
    await clock.pass(1000)
    expect(server.source("c1")).toBe("zaxy")
    expect(again.session.view.recovered).toEqual([])
    expect(keys()).toEqual([])
  })

  it("is offered when the document is another by now, and again until somebody decided", async () => {
    await crashedTab()
    server.reload({ c1: "other" })
    const tab = openKept("t_new")
    await clock.pass(1000)
    expect(tab.session.view.recovered).toMatchObject([{ cell: "c1", source: "amine" }])
    expect(tab.session.view.recovered[0]?.typed_ms).toBeGreaterThan(0)
    tab.crash()
    const later = openKept("t_later")
    await clock.pass(1000)
    const [text] = later.session.view.recovered
    expect(text).toMatchObject({ source: "amine" })
    if (text) later.session.resolveRecovered(text.id, false)
    await clock.pass(1000)
    expect(keys()).toEqual([])
  })

  it("is offered when the server does not take it", async () => {
    await crashedTab()
    server.refusal = "stale_base"
    const tab = openKept("t_new")
    await clock.pass(1000)
    expect(tab.session.view.recovered).toMatchObject([{ source: "amine" }])
  })

  it("waits while the server cannot be reached", async () => {
    await crashedTab()
    const silent = vi.spyOn(server, "hear").mockReturnValue(undefined)
    const tab = openKept("t_new")
    await clock.pass(1000)
    expect(keys()).toHaveLength(1)
    silent.mockRestore()
    server.cut()
    await clock.pass(5000)
    expect(server.source("c1")).toBe("amine")
    expect(tab.session.view.recovered).toEqual([])
    expect(keys()).toEqual([])
  })

  it("is brought again when the connection broke before the answer", async () => {
    await crashedTab()
    const hear = server.hear.bind(server)
    const cut = vi.spyOn(server, "hear").mockImplementation((socket, text) => {
      if (!text.includes('"push_text"')) return hear(socket, text)
      cut.mockRestore()
      server.cut() // The push is lost.
    })
    const bob = open("t_bob")
    const tab = openKept("t_new")
    await clock.pass(3000)
    expect(bob.source()).toBe("amine")
    expect(tab.session.view.recovered).toEqual([])
    expect(keys()).toEqual([])
  })

  it("is brought when somebody may write again", async () => {
    await crashedTab()
    const hear = server.hear.bind(server)
    const deny = vi.spyOn(server, "hear").mockImplementation((socket, text) => {
      if (!text.includes('"t_old"')) return hear(socket, text)
      deny.mockRestore()
      server.cut(4403)
    })
    const tab = openKept("t_new")
    await clock.pass(3000)
    expect(server.source("c1")).toBe("a")
    tab.session.revive()
    await clock.pass(1000)
    expect(server.source("c1")).toBe("amine")
    expect(keys()).toEqual([])
  })

  it("is left to a tab that lives", async () => {
    const old = openKept("t_old")
    await clock.settle()
    server.cut()
    old.type("mine")
    await clock.pass(320) // Kept, and still offline.
    expect(keys()).toHaveLength(1)
    openKept("t_new")
    await clock.pass(3000)
    expect(server.source("c1")).toBe("amine")
    expect(old.source()).toBe("amine")
    expect(old.session.view.connection.kind).toBe("online")
    expect(keys()).toEqual([])
  })
})

/** A tab that did this offline and crashed. */
async function crashedAfter(act: (tab: KeptTab) => void): Promise<string> {
  const tab = openKept("t_old")
  await clock.settle()
  server.cut()
  act(tab)
  await clock.pass(320) // Kept, and not yet online again.
  tab.crash()
  return localStorage.getItem(keys()[0] ?? "") ?? ""
}

const newCell = (source: string, after = "c1"): Op => ({
  type: "insert_cell", cell: cellId("mine"), cell_type: "code", after: cellId(after), source, metadata: {},
})
const comments = (tab: Tab): readonly string[] =>
  tab.session.view.state?.threads.flatMap((thread) => thread.comments.map(({ text }) => text)) ?? []

describe("a command of a crashed tab that brought something", () => {
  it("makes its cell when the notebook is opened again, once", async () => {
    const kept = await crashedAfter((tab) => tab.session.wish(newCell("x = 1")))
    const tab = openKept("t_new")
    await clock.pass(1000)
    expect(server.source("mine")).toBe("x = 1")
    expect(keys()).toEqual([])
    tab.session.wish({ type: "delete_cell", cell: cellId("mine") })
    await clock.pass(100)
    // As if the browser had died before it forgot: by its number the cell is known, though it is gone.
    server.bin.clear()
    localStorage.setItem("colibri.unsent u_ada n_1 t_old", kept)
    openKept("t_third")
    await clock.pass(1000)
    expect(server.order).toEqual(["c1", "c2"])
    expect(keys()).toEqual([])
  })

  it("makes it behind the last cell when that before it is gone, and together with text that was typed", async () => {
    await crashedAfter((tab) => {
      tab.type("!")
      tab.session.wish(newCell("", "c2"))
    })
    server.remove("c2")
    server.insert("c3", "", "c1")
    openKept("t_new")
    await clock.pass(1000)
    expect(server.order).toEqual(["c1", "c3", "mine"])
    expect(server.source("c1")).toBe("a!")
    expect(keys()).toEqual([])
  })

  it("says its comment, also one that waited for the text it is on", async () => {
    await crashedAfter((tab) => {
      tab.type("typed")
      tab.session.startThread({ thread: threadId("th"), comment: commentId("co"), cell: cellId("c1"), text: "Why?" })
    })
    const tab = openKept("t_new")
    await clock.pass(1000)
    expect(comments(tab)).toEqual(["Why?"])
    openKept("t_third")
    await clock.pass(1000)
    expect(comments(tab)).toEqual(["Why?"])
    expect(keys()).toEqual([])
  })

  it("is offered as text when the server does not take it", async () => {
    await crashedAfter((tab) =>
      tab.session.wish({ type: "reply", thread: threadId("gone"), comment: commentId("co"), text: "I think so" }))
    server.refusal = "denied"
    const tab = openKept("t_new")
    await clock.pass(1000)
    expect(tab.session.view.recovered).toMatchObject([{ source: "I think so", cell_type: "markdown" }])
  })

  it("is not kept when it only said what to do just then", async () => {
    await crashedAfter((tab) => {
      tab.session.wish({ type: "run", cells: [cellId("c1")] })
      tab.session.wish({ type: "delete_cell", cell: cellId("c1") })
    })
    openKept("t_new")
    await clock.pass(1000)
    expect(server.order).toEqual(["c1", "c2"])
    expect(keys()).toEqual([])
  })
})

describe("what a browser keeps", () => {
  it("goes as soon as the server has the text", async () => {
    const tab = openKept("t_a")
    await clock.settle()
    tab.type("secret")
    tab.keeper.saveNow()
    expect(keys()).toHaveLength(1)
    await clock.pass(1000)
    expect(keys()).toEqual([])
  })

  it("goes with signing out, of an open page too, but not that of others", async () => {
    await crashedTab()
    const tab = openKept("t_open")
    await clock.settle()
    server.cut()
    tab.type("secret")
    localStorage.setItem("colibri.unsent u_bob n_1 t_x", "{}")
    forgetUnsent(localStorage, ada)
    tab.keeper.saveNow()
    expect(keys()).toEqual(["colibri.unsent u_bob n_1 t_x"])
    await clock.pass(3000) // Signed in again.
    server.cut()
    tab.type("more")
    tab.keeper.saveNow()
    expect(keys()).toHaveLength(2)
  })

  it("goes after a month, and when it cannot be read", async () => {
    await crashedTab()
    localStorage.setItem("colibri.unsent u_ada n_1 t_bad", "{")
    await clock.pass(31 * 86_400_000)
    const tab = openKept("t_new")
    await clock.pass(1000)
    expect(server.source("c1")).toBe("a")
    expect(tab.session.view.recovered).toEqual([])
    expect(keys()).toEqual([])
  })

  it("is the words alone when there is little room", async () => {
    const tab = openKept("t_old")
    await clock.settle()
    server.cut()
    for (const letter of "many small changes") tab.type(letter)
    const full = vi.spyOn(Storage.prototype, "setItem").mockImplementationOnce(() => {
      throw new DOMException("full", "QuotaExceededError")
    })
    tab.keeper.saveNow()
    expect(full).toHaveBeenCalledTimes(2)
    tab.crash()
    const again = openKept("t_new")
    await clock.pass(1000)
    expect(again.session.view.recovered).toMatchObject([{ source: "amany small changes" }])
  })
})
