import { beforeEach, describe, expect, it } from "vitest"
import { StreamSink } from "./stream_sink"

let element: HTMLElement
let sink: StreamSink

/** What one would copy: blocks end lines. */
function text(): string {
  return Array.from(element.children, (block) => block.textContent)
    .filter((block, at, all) => block !== "" || at < all.length - 1).join("\n")
}

beforeEach(() => {
  element = document.createElement("div")
  sink = new StreamSink(element)
})

describe("a stream that is shown", () => {
  it("is the same whether it came at once or in pieces", () => {
    const whole = Array.from({ length: 900 }, (_, at) => at % 7 === 0 ? "" : `line ${at} \x1b[3${at % 8}mx\x1b[0m`).join("\n")
    const plain = whole.replace(/\x1b\[\d+m/g, "") // eslint-disable-line no-control-regex
    for (let end = 0; end < whole.length; end += 97) sink.show(whole.slice(0, end))
    sink.show(whole)
    expect(text()).toBe(plain)
    const atOnce = document.createElement("div")
    new StreamSink(atOnce).show(whole)
    expect(element.textContent).toBe(atOnce.textContent)
  })

  it("moves a progress bar in place", () => {
    let shown = ""
    for (let step = 0; step <= 100; step += 1) {
      shown += `\r${step}%`
      sink.show(shown)
    }
    expect(text()).toBe("100%")
  })

  it("begins anew when it is another", () => {
    sink.show("one\ntwo\n")
    sink.show("three\n")
    expect(text()).toBe("three")
  })

  it("keeps nodes that need not change", () => {
    const many = "x\n".repeat(500)
    sink.show(many)
    const [chunk] = element.children
    sink.show(`${many}more\n`)
    expect(element.children[0]).toBe(chunk)
  })

  it("shows an empty line at the end", () => {
    sink.show("a\n\n")
    expect(element.textContent).toBe("a\n\n")
  })

  it("never makes elements of what is printed", () => {
    sink.show("<img src=x onerror=alert(1)> <script>1</script> &lt;b&gt;\n")
    expect(element.querySelector("img, script, b")).toBeNull()
    expect(text()).toBe("<img src=x onerror=alert(1)> <script>1</script> &lt;b&gt;")
  })

  it("links web addresses and nothing else", () => {
    sink.show("see https://example.org/a_(b). javascript:alert(1) file:///etc/passwd (http://e.org)\n")
    expect(Array.from(element.querySelectorAll("a"), (link) => [link.href, link.rel])).toEqual([
      ["https://example.org/a_(b)", "noopener noreferrer"], ["http://e.org/", "noopener noreferrer"]])
  })

  it("takes an endless line over several frames", async () => {
    sink.show("x".repeat(400_000))
    expect(element.textContent.length).toBeLessThan(400_000)
    for (let frame = 0; frame < 30; frame += 1) await new Promise(requestAnimationFrame)
    expect(element.textContent).toHaveLength(400_000)
  })
})
