import { act } from "react"
import { createRoot, type Root } from "react-dom/client"
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest"
import { notebookId } from "../wire/ids"
import { parseJson } from "../wire/json"
import { parseOutput, type Output } from "../wire/output"
import { CellOutputs } from "./CellOutputs"
import { preloadHtml } from "./HtmlView"

let place: HTMLElement
let root: Root

const output = (value: unknown): Output => parseOutput(parseJson(JSON.stringify(value)))
const display = (data: unknown, more: object = {}): Output =>
  output({ output_type: "display_data", data, metadata: {}, ...more })

async function show(outputs: readonly Output[], more: { trusted?: boolean; droppedOutputs?: number } = {}): Promise<void> {
  await act(async () => {
    root.render(<CellOutputs outputs={outputs} notebookId={notebookId("n1")} running={false} {...more} />)
    await Promise.resolve()
  })
}

beforeEach(async () => {
  await preloadHtml()
  vi.stubGlobal("IS_REACT_ACT_ENVIRONMENT", true)
  place = document.createElement("div")
  document.body.replaceChildren(place)
  root = createRoot(place)
})

afterEach(() => {
  act(() => root.unmount())
  vi.unstubAllGlobals()
})

describe("outputs of a cell", () => {
  it("draw nothing when there are none", async () => {
    await show([])
    expect(place.innerHTML).toBe("")
  })

  it("say what was cut, between head and tail", async () => {
    await show([output({ output_type: "stream", name: "stdout", text: "head\n", tail: "tail\n", cut: { lines: 12, bytes: 3_400_000 } })])
    expect(place.textContent).toContain("… 12 lines (3.4 MB) not kept …")
    expect(place.textContent.indexOf("head")).toBeLessThan(place.textContent.indexOf("not kept"))
    expect(place.textContent.indexOf("not kept")).toBeLessThan(place.textContent.indexOf("tail"))
  })

  it("show an error that has no traceback", async () => {
    await show([output({ output_type: "error", ename: "E", evalue: "<b>v</b>", traceback: [] })])
    expect(place.textContent).toBe("E: <b>v</b>")
  })

  it("count what the server did not keep", async () => {
    await show([], { droppedOutputs: 2 })
    expect(place.textContent).toBe("2 more outputs were not kept")
  })

  it("put HTML with a script into a sandboxed frame and nowhere else", async () => {
    await show([display({ "text/html": "<p>a</p><script>window.ran = 1</script>" })])
    const frame = place.querySelector("iframe")
    expect(frame?.getAttribute("sandbox")).toBe("allow-scripts")
    expect(frame?.getAttribute("src")).toBe("/frame.html")
    expect(place.querySelector("script")).toBeNull()
    expect("ran" in window).toBe(false)
  })

  it.each(["application/javascript", "text/html", "image/svg+xml"])(
    "of type %s that would run wait for a click where they are not trusted", async (type) => {
      await show([display({ [type]: "<svg xmlns='http://www.w3.org/2000/svg'><script>1</script></svg>" })], { trusted: false })
      expect(place.querySelector("iframe")).toBeNull()
      act(() => place.querySelector("button")?.click())
      expect(place.querySelector("iframe")?.getAttribute("sandbox")).toBe("allow-scripts")
    })

  it("show a still SVG as an image of no origin", async () => {
    await show([display({ "image/svg+xml": "<svg xmlns='http://www.w3.org/2000/svg'><rect/></svg>" })])
    expect(place.querySelector("img")?.src).toMatch(/^data:image\/svg\+xml;/)
    expect(place.querySelector("svg, iframe")).toBeNull()
  })

  it("take large payloads from their blob", async () => {
    const sha256 = "ab".repeat(32)
    await show([display({}, { blobs: { "image/png": { sha256, bytes: 300_000, encoding: "base64" } } })])
    expect(place.querySelector("img")?.getAttribute("src")).toBe(`/api/notebooks/n1/blobs/${sha256}`)
  })

  it("fetch large text once it is to be drawn, and say so when that fails", async () => {
    const blob = { sha256: "cd".repeat(32), bytes: 300_000, encoding: "text" }
    vi.stubGlobal("fetch", vi.fn(() => Promise.resolve(new Response("<b>big</b>"))))
    await show([display({}, { blobs: { "text/html": blob } })])
    await vi.waitFor(() => expect(place.querySelector(".o-html b")?.textContent).toBe("big"))
    vi.stubGlobal("fetch", vi.fn(() => Promise.resolve(new Response("", { status: 404 }))))
    await show([display({}, { blobs: { "text/html": { ...blob, sha256: "ef".repeat(32) } } })])
    await vi.waitFor(() => expect(place.textContent).toBe("This output could not be loaded."))
  })

  it("believe no size that is out of all reason", async () => {
    const dot = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
    await show([display({ "image/png": dot }, { metadata: { "image/png": { width: 100_000, height: 100_000 } } })])
    expect(place.querySelector("img")?.getAttribute("width")).toBe("1")
    await show([display({ "image/png": dot }, { metadata: { "image/png": { width: 40, height: 30 } } })])
    expect(place.querySelector("img")?.getAttribute("width")).toBe("40")
  })

  it("ask before a picture of billions of pixels is decoded", async () => {
    await show([display({ "image/png": "iVBORw0KGgoAAAANSUhEUgABhqAAAYagCAYAAAAA" })])
    expect(place.querySelector("img")).toBeNull()
    expect(place.textContent).toContain("100000 × 100000")
  })

  it("refuse an image that is no base64", async () => {
    await show([display({ "image/png": "\" onerror=alert(1) x=\"" })])
    expect(place.textContent).toBe("The image could not be shown.")
  })

  it("name what cannot be drawn yet", async () => {
    await show([display({ "application/vnd.<img src=x>+json": {} })])
    expect(place.textContent).toBe("application/vnd.<img src=x>+json cannot be drawn yet.")
    expect(place.querySelector("img")).toBeNull()
  })

  it("open a JSON tree step by step", async () => {
    await show([display({ "application/json": { a: { b: "<i>" }, __proto__: 1, list: Array.from({ length: 500 }, (_, at) => at) } })])
    expect(place.textContent).not.toContain("<i>")
    act(() => Array.from(place.querySelectorAll("button")).find((button) => button.textContent.startsWith("a:"))?.click())
    expect(place.textContent).toContain("\"<i>\"")
    expect(place.querySelectorAll(".o-json-leaf").length).toBeLessThan(20)
  })

  it("are a tree of JSON that opens as a whole, closes, and is copied", async () => {
    const written: string[] = []
    vi.stubGlobal("navigator", { clipboard: { writeText: (text: string) => Promise.resolve(written.push(text)) } })
    const value = { a: { b: { c: [1, { d: "deep" }] } } }
    await show([display({ "application/json": value })])
    const press = async (words: string): Promise<void> => act(async () => {
      Array.from(place.querySelectorAll("button")).find(({ textContent }) => textContent === words)?.click()
      await Promise.resolve()
    })
    expect(place.textContent).not.toContain("deep")
    await press("Expand all")
    expect(place.textContent).toContain("deep")
    await press("Collapse all")
    expect(place.textContent).not.toContain("deep")
    await press("Copy JSON")
    expect(written.map(parseJson)).toEqual([value])
  })

  it("do not open more of a large JSON at once than can be drawn", async () => {
    const rows = Array.from({ length: 300 }, (_, at) => ({ at, inner: Array.from({ length: 300 }, (_, n) => [n]) }))
    await show([display({ "application/json": rows })])
    await act(async () => {
      Array.from(place.querySelectorAll("button")).find(({ textContent }) => textContent === "Expand all")?.click()
      await Promise.resolve()
    })
    expect(place.querySelectorAll(".o-json-leaf, .o-json-toggle").length).toBeLessThan(3000)
  })
})
