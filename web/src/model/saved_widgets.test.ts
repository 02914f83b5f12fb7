import { describe, expect, it } from "vitest"
import { parseJson, type JsonObject } from "../wire/json"
import { savedWidgets } from "./saved_widgets"

const file = (state: object): JsonObject =>
  ({ widgets: { "application/vnd.jupyter.widget-state+json": { version_major: 2, state: parseJson(JSON.stringify(state)) } } })

describe("widgets of a notebook's file", () => {
  it("have their names in their state, and their bytes", () => {
    const models = savedWidgets(file({
      a: { model_name: "VBoxModel", model_module: "@jupyter-widgets/controls", model_module_version: "2.0.0", state: { children: ["IPY_MODEL_b"] } },
      b: {
        model_name: "ImageModel", model_module: "@jupyter-widgets/controls", state: {},
        buffers: [{ path: ["value"], encoding: "base64", data: "AQI=" }, { path: ["x"], encoding: "base64", data: "%" }],
      },
    }))
    const [box, image] = models.closure(["a"], new Set())
    expect(box?.state).toMatchObject({ _model_name: "VBoxModel", children: ["IPY_MODEL_b"] })
    expect(image?.buffers.map(({ path, bytes }) => [path, [...new Uint8Array(bytes)]])).toEqual([[["value"], [1, 2]]])
  })

  it("are none where the metadata hold something else", () => {
    for (const metadata of [{}, { widgets: 3 }, { widgets: { "application/vnd.jupyter.widget-state+json": [] } }, file({ a: 1, b: null })]) {
      expect(savedWidgets(metadata).size).toBe(0)
    }
  })

  it("are read once", () => {
    const metadata = file({})
    expect(savedWidgets(metadata)).toBe(savedWidgets(metadata))
  })
})
