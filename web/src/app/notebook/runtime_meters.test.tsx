import { describe, expect, it } from "vitest"
import { draw, withPage } from "../../ui/testing/page"
import type { AcceleratorMeter, Meters } from "../../wire/meters"
import { acceleratorWords, noticeWords, RuntimeMeters } from "./RuntimeMeters"

const gpu: AcceleratorMeter = {
  id: "GPU-1", title: "Tesla T4", memory_used: 4 * 2 ** 30, memory_total: 16 * 2 ** 30, utilization: 0.37, shared_with: 0,
}
const meters: Meters = {
  memory_used: 1e9, memory_limit: 4 * 2 ** 30, disk_used: 1e9, disk_total: 9e9, cpu: 1, accelerators: [], notice: null,
  drives: [],
}

withPage()
const bars = (): number => document.querySelectorAll("[role~=meter]").length

describe("the meters of a GPU", () => {
  it("tell memory and use", () => {
    expect(acceleratorWords(gpu)).toEqual({ memory: "Tesla T4: 4 GB of 16 GB", use: "Tesla T4: 37%" })
  })

  it("say n/a where the card can't tell, which is not 0", async () => {
    const slice = { ...gpu, utilization: null, memory_used: null }
    expect(acceleratorWords(slice)).toEqual({ memory: "Tesla T4: n/a", use: "Tesla T4: n/a" })
    await draw(<RuntimeMeters meters={{ ...meters, accelerators: [slice] }} />)
    const unknown = Array.from(document.querySelectorAll(".c-meter-unknown"))
    expect(unknown.map((element) => element.textContent)).toEqual(["n/a", "n/a"])
  })

  it("are two bars for each, and none without", async () => {
    await draw(<RuntimeMeters meters={{ ...meters, accelerators: [gpu] }} />)
    expect(bars()).toBe(4)
    await draw(<RuntimeMeters meters={meters} />)
    expect(bars()).toBe(2)
  })

  it("remind who does not use it", () => {
    expect(noticeWords({ kind: "accelerator_unused", since_ms: 0, ends_ms: 0 })).toMatch(/nothing has used it/)
    expect(noticeWords({ kind: "accelerator_reclaim", since_ms: 0, ends_ms: 1 })).toMatch(/ends at/)
  })
})
