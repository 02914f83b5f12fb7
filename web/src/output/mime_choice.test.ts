import { describe, expect, it } from "vitest"
import type { JsonObject } from "../wire/json"
import type { BlobRef } from "../wire/output"
import { chooseMime } from "./mime_choice"

const choose = (data: JsonObject, blobs: Record<string, BlobRef> = {}): string | null =>
  chooseMime({ data, blobs })?.type ?? null

describe("the choice of a MIME type", () => {
  it("takes the richest that we draw", () => {
    expect(choose({ "text/plain": "a", "text/html": "<b>a</b>" })).toBe("text/html")
    expect(choose({ "text/plain": "a", "image/png": "iVBO" })).toBe("image/png")
    expect(choose({ "text/plain": "x", "text/latex": "$x$", "image/png": "iVBO" })).toBe("image/png")
    expect(choose({ "text/plain": "{}", "application/json": { a: 1 } })).toBe("application/json")
  })

  it("takes one that lies in a blob", () => {
    const blob: BlobRef = { sha256: "0".repeat(64), bytes: 300_000, encoding: "base64" }
    expect(choose({ "text/plain": "<Figure>" }, { "image/png": blob })).toBe("image/png")
  })

  it("passes over a value that is not what its type promises", () => {
    for (const html of [1, null, { a: 1 }, ["<b>", 2]]) {
      expect(choose({ "text/html": html, "text/plain": "a" })).toBe("text/plain")
    }
  })

  it("joins a list of lines", () => {
    expect(chooseMime({ data: { "text/html": ["<b>", "a</b>"] }, blobs: {} })?.source)
      .toEqual({ kind: "text", text: "<b>a</b>" })
  })

  it("passes over empty HTML when there is more", () => {
    expect(choose({ "text/html": " ", "text/plain": "a" })).toBe("text/plain")
    expect(choose({ "text/html": "" })).toBe("text/html")
  })

  it("falls back to text and names what it could not draw", () => {
    const choice = chooseMime({ data: { "application/vnd.other": {}, "text/plain": "Other()" }, blobs: {} })
    expect(choice).toMatchObject({ drawing: "text", instead: "application/vnd.other" })
    expect(chooseMime({ data: { "application/vnd.jupyter.widget-view+json": { model_id: "1" }, "text/plain": "IntSlider()" }, blobs: {} }))
      .toMatchObject({ drawing: "widget", source: { text: "1" } })
    expect(chooseMime({ data: { "application/vnd.jupyter.widget-view+json": { model_id: 1 }, "text/plain": "IntSlider()" }, blobs: {} }))
      .toMatchObject({ drawing: "text" })
    expect(chooseMime({ data: { "application/vnd.plotly.v1+json": {}, "text/html": "<div></div>" }, blobs: {} }))
      .toMatchObject({ drawing: "plotly", source: { text: "{}" } })
    expect(chooseMime({ data: { "application/vnd.plotly.v1+json": "no", "text/html": "<div></div>" }, blobs: {} }))
      .toMatchObject({ drawing: "html", instead: null })
  })

  it("finds nothing in an empty bundle, nor in the object prototype", () => {
    expect(choose({})).toBeNull()
    expect(choose({ constructor: "x" })).toBeNull()
  })
})
