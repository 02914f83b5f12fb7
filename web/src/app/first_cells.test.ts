import { afterEach, describe, expect, it } from "vitest"
import type { Json } from "../wire/json"
import { colouredCode } from "./first_code"
import { FirstCells } from "./first_cells"
import { firstCellsId } from "./first_elements"
import { simpleMarkdown } from "./first_markdown"
import { unveil } from "./unveil"

afterEach(unveil)

const code = (source: string, outputs: readonly Json[] = [], more: object = {}): object =>
  ({ id: "c", cell_type: "code", source, outputs, execution_count: 3, ...more })
const markdown = (source: string): object => ({ id: "m", cell_type: "markdown", source })
const stream = (text: string): Json => ({ output_type: "stream", name: "stdout", text })

/** What is on the screen once the server has said this. */
function drawn(cells: readonly object[], role = "owner", playground = false): Element | null {
  unveil()
  const sight = new FirstCells()
  sight.take(JSON.stringify({ type: "welcome", notebook: { title: "Trees", role, playground } }))
  const shows = sight.take(JSON.stringify({ type: "snapshot", snapshot: { cells, metadata: {}, threads: [] } }))
  const box = document.getElementById(firstCellsId)
  expect(shows).toBe(box !== null)
  expect(sight.wanted).toBe(false)
  return box
}
const texts = (box: Element | null): readonly (string | null)[] =>
  Array.from(box?.querySelectorAll(".n-cell") ?? []).map(({ textContent }) => textContent)

describe("the first cells", () => {
  it("are drawn with the notebook's name, their counts and their plain outputs", () => {
    const box = drawn([markdown("# Trees\nof **oak**"), code("1+1", [stream("2\n")])])
    expect(box?.querySelector(".n-title")?.textContent).toBe("Trees")
    expect(texts(box)).toEqual(["Treesof oak", "[3]1+1\n2"])
    expect(box?.ariaHidden).toBe("true")
  })

  it("end where the height of something is not known", () => {
    const html: Json = { output_type: "display_data", data: { "text/html": "<b>x</b>" }, metadata: {} }
    expect(texts(drawn([code("a"), code("b", [stream("1"), html]), code("c")]))).toEqual(["[3]a\n", "[3]b\n1"])
    expect(texts(drawn([code("a", [stream("\u001b[31mred")]), code("b")]))).toEqual(["[3]a\n"])
    expect(texts(drawn([code("a", [], { outputs_later: true }), code("b")]))).toEqual(["[3]a\n"])
    expect(texts(drawn([code("a"), markdown("$x^2$"), code("b")]))).toEqual(["[3]a\n"])
  })

  it("are none when the first one cannot be drawn, or nothing is said that fits", () => {
    expect(drawn([markdown("<b>HTML</b>"), code("a")])).toBeNull()
    expect(drawn([])).toBeNull()
    const sight = new FirstCells()
    expect(sight.take("not JSON")).toBe(false)
    expect(sight.wanted).toBe(false)
    expect(document.getElementById(firstCellsId)).toBeNull()
  })

  it("have room for the banner of those who only look on", () => {
    expect(drawn([code("a")])?.querySelector(".n-place")).toBeNull()
    unveil()
    const looking = drawn([code("a")], "viewer")
    expect(looking?.querySelector(".n-place")).not.toBeNull()
    expect(looking?.querySelector(".n-insert")).toBeNull()
  })

  it("are text, whatever a notebook says", () => {
    const box = drawn([code("<img src=x onerror=alert(1)>", [stream("<script>alert(1)</script>")])])
    expect(box?.querySelector("main img, .n-cells img, script")).toBeNull()
    expect(texts(box)).toEqual(["[3]<img src=x onerror=alert(1)>\n<script>alert(1)</script>"])
  })
})

describe("simple Markdown", () => {
  it("is drawn as the page will", () => {
    expect(simpleMarkdown("## A `b`\n\n1. one\n2. [two](https://a.example/x)")?.innerHTML)
      .toBe("<h2>A <code>b</code></h2><ol><li>one</li><li><a>two</a></li></ol>")
  })

  it.each([
    "a | b\n--|--", "> quoted", "```\ncode\n```", "    code", "![x](y.png)", "a&nbsp;b", "Title\n===", "***", "see https://a.example",
    "_so_", "two  \nlines", "- [ ] task", "- a\n  - b", "- a\n\n- b", "3. three",
  ])("is none: %j", (source) => {
    expect(simpleMarkdown(source)).toBeNull()
  })
})

describe("code", () => {
  it("has its colours and all of its text", () => {
    const box = document.createElement("pre")
    const source = "def f(x):  # it's\n    return '# no' + \"\"\"a\nb\"\"\" + x1 + 2.5"
    box.append(colouredCode(source, "python"))
    expect(box.textContent).toBe(source)
    const of = (name: string): readonly (string | null)[] =>
      Array.from(box.querySelectorAll(`.tok-${name}`)).map(({ textContent }) => textContent)
    expect(of("keyword")).toEqual(["def", "return"])
    expect(of("comment")).toEqual(["# it's"])
    expect(of("string")).toEqual(["'# no'", '"""a\nb"""'])
    expect(of("number")).toEqual(["2.5"])
  })

  it("of another language is plain", () => {
    const box = document.createElement("pre")
    box.append(colouredCode("if (x) y", "r"))
    expect(box.innerHTML).toBe("if (x) y")
  })
})
