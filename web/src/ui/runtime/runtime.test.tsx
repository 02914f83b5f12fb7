import { act } from "react"
import { describe, expect, it, vi } from "vitest"
import type { FlavorEntry, Flavors } from "../../wire/api"
import type { QueuePlace } from "../../wire/lease"
import { draw, withPage } from "../testing/page"
import { EndedStrip, EndingStrip } from "./EndStrips"
import { QueueStrip } from "./QueueStrip"
import { RuntimeTypeDialog, type RuntimeType } from "./RuntimeTypeDialog"
import { countdownText, waitText } from "./words"

const minute = 60_000
const cpu: FlavorEntry = {
  name: "cpu", title: "CPU", kind: "cpu", cpus: 2, memory_bytes: 13e9, high_ram: false, accelerator: null, total: 8,
  scheduled: false, free: 8, waiting: 0, expected_wait_ms: null, hours_left_ms: null, renews_ms: null, image: "",
}
const t4: FlavorEntry = {
  ...cpu, name: "t4", title: "T4 GPU", kind: "gpu", total: 2, free: 0, waiting: 1, expected_wait_ms: 20 * minute,
  accelerator: { model: "T4", title: "Tesla T4", count: 2, memory_bytes: 16 * 2 ** 30, tflops: 65 },
  hours_left_ms: 90 * minute, renews_ms: Date.UTC(2026, 11, 4, 12),
}
const gone: FlavorEntry = { ...t4, name: "h100", title: "H100 GPU", total: 0, hours_left_ms: null }
const flavors: Flavors = {
  flavors: [cpu, t4, gone],
  images: [
    { name: "default", title: "Default", kernels: [{ name: "python3", display_name: "Python 3", language: "python" }] },
    { name: "r", title: "With R", kernels: [{ name: "ir", display_name: "R", language: "R" }] },
  ],
}
const page = (): string => document.body.textContent
const control = (selector: string, words: string): HTMLElement => {
  const found = Array.from(document.querySelectorAll<HTMLElement>(selector)).find((element) => element.textContent.includes(words))
  if (!found) throw new Error(`no ${words}`)
  return found
}
const press = async (words: string): Promise<void> => {
  await act(async () => {
    control("button", words).click()
    await Promise.resolve()
  })
}
const radio = (words: string): HTMLInputElement => {
  const found = control(".r-card", words).querySelector("input")
  if (!found) throw new Error("no radio")
  return found
}

withPage()

describe("the dialog about the runtime's type", () => {
  const chosen = vi.fn<(type: RuntimeType) => void>()
  const dialog = (more: { readonly running?: boolean; readonly flavor?: string; readonly kernel?: string } = {}) => (
    <RuntimeTypeDialog flavors={flavors} wanted={{ flavor: more.flavor ?? "cpu", image: "", kernel: more.kernel ?? "" }}
      running={more.running ?? false} writable onSave={vi.fn()} onConnect={chosen} onClose={vi.fn()} />
  )

  it("tells of each what it is, what is free, the wait and the hours", async () => {
    await draw(dialog())
    expect(control(".r-card", "CPU").textContent).toContain("Free")
    const words = control(".r-card", "T4 GPU").textContent
    for (const part of ["2 × Tesla T4 · 16 GB · 65 TFLOPS", "All 2 in use · 1 person waits", "15 minutes to 30 minutes", "1.5 hours left"]) {
      expect(words).toContain(part)
    }
    expect(control(".r-card", "H100").textContent).toContain("This server has none at present")
    expect(radio("H100").disabled).toBe(true)
  })

  it("counts nothing where a cluster gives the machines", async () => {
    const cluster = { ...flavors, flavors: [{ ...cpu, scheduled: true }] }
    await draw(<RuntimeTypeDialog flavors={cluster} wanted={{ flavor: "cpu", image: "", kernel: "" }} running={false} writable
      onSave={vi.fn()} onConnect={chosen} onClose={vi.fn()} />)
    expect(control(".r-card", "CPU").textContent).toContain("from the cluster, in its own queue")
    expect(control(".r-card", "CPU").textContent).not.toContain("free")
  })

  it("connects to what is chosen, on a CPU meanwhile where that is free", async () => {
    await draw(dialog())
    act(() => radio("T4 GPU").click())
    await press("Save and join the queue")
    expect(chosen.mock.lastCall?.[0]).toMatchObject({ flavor: { name: "t4" }, image: "default", kernel: { name: "python3" }, meanwhile: "cpu" })
  })

  it("begins with what the notebook asks for, with the image that has its kernel", async () => {
    await draw(dialog({ flavor: "cpu", kernel: "ir" }))
    expect(radio("CPU").checked).toBe(true)
    await press("Save and connect")
    expect(chosen.mock.lastCall?.[0]).toMatchObject({ flavor: { name: "cpu" }, image: "r", kernel: { name: "ir" }, meanwhile: "" })
  })

  it("asks before it ends what runs", async () => {
    chosen.mockClear()
    await draw(dialog({ running: true }))
    await press("Save and connect")
    expect(chosen).not.toHaveBeenCalled()
    expect(page()).toContain("variables are lost")
    await press("End it and connect")
    expect(chosen).toHaveBeenCalledOnce()
  })
})

describe("the queue", () => {
  const place: QueuePlace =
    { flavor: "t4", position: 3, ahead: 2, expected_ms: 40 * minute, why: "no_free_accelerator", offered_until_ms: null }
  const acts = { onAsk: vi.fn(), onUse: vi.fn(), onStartOn: vi.fn(), onClaim: vi.fn(), onLeave: vi.fn() }
  const strip = (at: Partial<QueuePlace>, meanwhile = "", now_ms = 0) => (
    <QueueStrip place={{ ...place, ...at }} title="T4 GPU" detail="" hours={{ left_ms: 90 * minute, renews_ms: 5 }} free={[cpu]}
      meanwhile={meanwhile} now_ms={now_ms} mayAsk={false} {...acts} />
  )

  it("says who is ahead, how long, why, and what is free instead", async () => {
    await draw(strip({}))
    for (const words of [
      "In line for T4 GPU", "2 people ahead of you", "30 minutes to 1 hour", "All of them are lent", "1.5 hours of accelerator time",
      "Free now: CPU", "Your place is kept",
    ]) expect(page()).toContain(words)
    await press("Start on CPU, move when it is free")
    expect(acts.onStartOn).toHaveBeenCalledWith(cpu)
    await press("Leave the queue")
    expect(acts.onLeave).toHaveBeenCalledOnce()
  })

  it.each([
    [{ why: "quota" } as const, "used up for now"], [{ why: "limit" } as const, "as many accelerators as one person"],
    [{ why: "reserved" } as const, "reserved for a course"], [{ expected_ms: null }, "nobody can tell yet"],
    [{ ahead: 0, position: 1 }, "You are next"], [{ ahead: null, position: null }, "In line for T4 GPU"],
  ])("says it in words when it is %j", async (at, words) => {
    await draw(strip(at))
    expect(page()).toContain(words)
  })

  it("offers nothing else to who works on something meanwhile", async () => {
    await draw(strip({}, "CPU"))
    expect(page()).toContain("You work on CPU meanwhile")
    expect(page()).not.toContain("instead")
  })

  it("counts down what is offered, until it is taken", async () => {
    await draw(strip({ offered_until_ms: 10 * minute }, "", 500))
    expect(page()).toContain("Take it within 10:00")
    await press("Take it")
    expect(acts.onClaim).toHaveBeenCalledOnce()
  })
})

describe("the end of a runtime", () => {
  it("is counted down with a way to put it off, or without one", async () => {
    const onKeep = vi.fn()
    await draw(<EndingStrip idle left_ms={598_000} keep onKeep={onKeep} />)
    expect(page()).toContain("Nobody has used this runtime for a while: it ends in 9:58.")
    await press("Keep")
    expect(onKeep).toHaveBeenCalledOnce()
    await draw(<EndingStrip idle left_ms={598_000} keep="theirs" onKeep={onKeep} />)
    expect(document.querySelector("button")).toBeNull()
    expect(page()).toContain("Whose runtime it is can keep it for longer.")
    await draw(<EndingStrip idle={false} left_ms={598_000} keep={false} onKeep={onKeep} />)
    expect(page()).toContain("It cannot be kept longer.")
    expect(document.querySelector("button")).toBeNull()
  })

  it("is told with its reason and its files", async () => {
    await draw(<EndedStrip why="its time was over." onDiscard={vi.fn()} onReconnect={vi.fn()} onDismiss={vi.fn()}
      files={{ href: "/api/runtimes/r/files", bytes: 12e6, until_ms: 0 }} />)
    expect(page()).toContain("The runtime ended: its time was over.")
    expect(document.querySelector("a")?.getAttribute("href")).toBe("/api/runtimes/r/files")
    expect(page()).toContain("Download its files (12 MB)")
  })
})

it.each([
  [0, "less than 2 minutes"], [minute, "less than 2 minutes"], [2 * minute, "2 minutes to 5 minutes"], [90 * minute, "1 hour to 2 hours"],
  [30 * 60 * minute, "more than 24 hours"], [null, "nobody can tell yet"], [-5, "less than 2 minutes"],
])("tells a wait of %s ms as a range", (wait, words) => {
  expect(waitText(wait)).toBe(words)
})

it.each([[0, "0:00"], [-1, "0:00"], [59_001, "1:00"], [3_723_000, "1:02:03"]])("counts %s ms down as %s", (ms, words) => {
  expect(countdownText(ms)).toBe(words)
})
