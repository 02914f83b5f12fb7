import { describe, expect, it } from "vitest"
import { pairBuffers, WidgetModels } from "./widget_models"

function models(): WidgetModels {
  const all = new WidgetModels()
  all.open("box", { children: ["IPY_MODEL_a", "IPY_MODEL_b"], layout: "IPY_MODEL_l" }, [])
  all.open("a", { value: 1 }, [])
  all.open("b", { value: null }, [{ path: ["value"], bytes: new ArrayBuffer(2) }])
  all.open("l", {}, [])
  all.open("other", { value: 9 }, [])
  all.open("link", { _model_name: "LinkModel", source: ["IPY_MODEL_a", "value"], target: ["IPY_MODEL_other", "value"] }, [])
  return all
}
const ids = (found: readonly { id: string }[]): string[] => found.map(({ id }) => id)

describe("models of widgets", () => {
  it("come with all that they name, and what links them", () => {
    expect(ids(models().closure(["box"], new Set()))).toEqual(["box", "a", "b", "l", "link", "other"])
    expect(ids(models().closure(["box"], new Set(["a", "l"])))).toEqual(["box", "b", "link", "other"])
    expect(models().closure(["nobody"], new Set())).toEqual([])
  })

  it("forget bytes that were replaced", () => {
    const all = models()
    all.update("b", { value: 3 }, [])
    expect(all.closure(["b"], new Set())[0]).toEqual({ id: "b", state: { value: 3 }, buffers: [] })
  })

  it("are not given buffers that do not fit", () => {
    expect(pairBuffers([["a"], ["b"]], [new ArrayBuffer(1)])).toBeNull()
    expect(pairBuffers("x", [])).toEqual([])
  })
})
