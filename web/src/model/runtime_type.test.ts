import { describe, expect, it } from "vitest"
import type { FlavorEntry } from "../wire/api"
import { flavorOf, imageFor, imageWith, kernelOf, kernelsOf, withRuntime } from "./runtime_type"

const flavor = (name: string, more: Partial<FlavorEntry> = {}): FlavorEntry => ({
  name, title: name, kind: "cpu", cpus: 2, memory_bytes: 4e9, high_ram: false, scheduled: false, accelerator: null, total: 1, free: 1,
  waiting: 0, expected_wait_ms: null, hours_left_ms: null, renews_ms: null, image: "", ...more,
})
const gpu = (model: string): Partial<FlavorEntry> =>
  ({ kind: "gpu", accelerator: { model, title: model, count: 1, memory_bytes: 0, tflops: 0 } })
const cpu = flavor("cpu")
const high = flavor("high", { high_ram: true })
const t4 = flavor("t4", gpu("T4"))
const a100 = flavor("a100", gpu("A100"))
const tpu = flavor("v5e", { ...gpu("v5e"), kind: "tpu" })
const all = [cpu, high, t4, a100, tpu]

describe("the flavor that a notebook asks for", () => {
  it.each([
    ["nothing", {}, cpu],
    ["a GPU of a kind, in any case", { accelerator: "GPU", colab: { gpuType: "a100" } }, a100],
    ["any GPU", { accelerator: "GPU" }, t4],
    ["a GPU that is not here", { accelerator: "GPU", colab: { gpuType: "L4" } }, t4],
    ["a TPU", { accelerator: "TPU", colab: { gpuType: "V28" } }, tpu],
    ["more memory", { colab: { machine_shape: "hm" } }, high],
    ["what is no word", { accelerator: 3, colab: [] }, cpu],
    ["a name of every object", { accelerator: "constructor" }, cpu],
  ])("when it asks for %s", (_what, metadata, wanted) => {
    expect(flavorOf(metadata, all)).toBe(wanted)
  })

  it("is none where there are none", () => {
    expect(flavorOf({ accelerator: "GPU" }, [])).toBeNull()
  })
})

describe("the metadata of a notebook", () => {
  const before = { accelerator: "TPU", colab: { gpuType: "V28", machine_shape: "hm", provenance: [] }, kernelspec: { name: "ir", display_name: "R" } }

  it("get what was chosen in Colab's words, and keep the rest", () => {
    expect(withRuntime(before, t4, { name: "python3", display_name: "Python 3" })).toEqual({
      accelerator: "GPU", colab: { gpuType: "T4", provenance: [] }, kernelspec: { name: "python3", display_name: "Python 3" },
    })
    expect(withRuntime({}, high, null)).toEqual({ colab: { machine_shape: "hm" } })
  })

  it("say nothing of an accelerator when there is none", () => {
    expect(withRuntime({ accelerator: "GPU", colab: { gpuType: "T4" } }, cpu, null)).toEqual({})
  })

  it("keep a kernelspec that stays as it was written", () => {
    const own = { kernelspec: { name: "ir", display_name: "R 4", language: "R" } }
    expect(withRuntime(own, cpu, { name: "ir", display_name: "R" })).toEqual(own)
    expect(kernelOf(own)).toEqual({ name: "ir", display_name: "R 4" })
  })
})

const python = { name: "python3", display_name: "Python 3", language: "python" }
const r = { name: "ir", display_name: "R", language: "R" }
const images = [
  { name: "default", title: "default", kernels: [python] }, { name: "r", title: "r", kernels: [python, r] },
]

it("offers each language that some image has, and keeps the image while that has it", () => {
  expect(kernelsOf(images)).toEqual([python, r])
  const [first, second] = images
  expect(imageFor(images, first ?? null, "ir")).toBe(second)
  expect(imageFor(images, second ?? null, "python3")).toBe(second)
  expect(imageFor(images, first ?? null, "julia")).toBe(first)
})

it("finds an image by name, by kernel, or takes the first", () => {
  expect(imageWith(images, "r", "python3")?.name).toBe("r")
  expect(imageWith(images, "", "ir")?.name).toBe("r")
  expect(imageWith(images, "gone", "julia")?.name).toBe("default")
  expect(imageWith([], "", "")).toBeNull()
})
