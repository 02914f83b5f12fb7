import { describe, expect, it } from "vitest"
import { canHighlight, highlight } from "./code_highlight"
import { renderMarkdown } from "./markdown_engine"
import { headingSlug, MarkdownRenderer, preloadMarkdown } from "./markdown_renderer"
import { renderMath } from "./math_render"
import { splitMath } from "./math_scan"

function html(source: string): string {
  const holder = document.createElement("div")
  holder.append(renderMarkdown(source))
  return holder.innerHTML.trim()
}

const formulas = (source: string): string[] =>
  Array.from(renderMarkdown(source).querySelectorAll(".math-inline, .math-display"))
    .map((element) => `${element.className === "math-display" ? "D" : "I"}:${element.textContent.trim()}`)

describe("formulas in Markdown", () => {
  it.each<[string, string[]]>([
    ["a $x^2$ b", ["I:x^2"]],
    ["$$\\int_0^1 x\\,dx$$", ["D:\\int_0^1 x\\,dx"]],
    ["\\(a_1\\) and \\[b_2\\]", ["I:a_1", "D:b_2"]],
    ["$$\na\n\n- b\n= c\n$$", ["D:a\n\n- b\n= c"]],
    ["\\begin{align}\na &= b \\\\\nc &= d\n\\end{align}", ["D:\\begin{align}\na &= b \\\\\nc &= d\n\\end{align}"]],
    ["$a_1 * b_2 * c_3$", ["I:a_1 * b_2 * c_3"]],
    ["> $$\n> x\n> $$", ["D:x"]],
    ["- $x$\n- $y$", ["I:x", "I:y"]],
    ["| $a$ |\n|---|\n| $b$ |", ["I:a", "I:b"]],
    ["$\\text{a \\$ b}$", ["I:\\text{a \\$ b}"]],
    ["$x<y$", ["I:x<y"]],
  ])("are found: %s", (source, found) => {
    expect(formulas(source)).toEqual(found)
  })

  it.each(["it costs $5 and $10", "$ x $", "\\$a\\$", "`$x$`", "```\n$x$\n```", "$$", "\\\\(x\\\\)", "\\begin{foo}x\\end{foo}", "$a\n\nb$"])(
    "are not seen where there are none: %s", (source) => {
      expect(formulas(source)).toEqual([])
    })

  it("split plain text too", () => {
    expect(splitMath("a $x$ \\$5 b")).toEqual(["a ", { tex: "x", display: false, end: 5 }, " \\$5 b"])
  })
})

describe("KaTeX", () => {
  const drawn = (tex: string): HTMLElement => {
    const element = document.createElement("span")
    renderMath(element, tex, false)
    return element
  }

  it("draws a formula", () => {
    expect(drawn("x^2").querySelector(".katex")).not.toBeNull()
  })

  it.each([
    "\\href{javascript:alert(1)}{x}", "\\href{https://evil.example}{x}", "\\url{javascript:alert(1)}",
    "\\includegraphics{https://evil.example/x.png}", "\\htmlData{theme=dark}{x}", "\\htmlId{root}{x}",
    "\\htmlClass{c-modal}{x}", "\\htmlStyle{position:fixed}{x}",
  ])("gives a formula no address, id, class or style: %s", (tex) => {
    const element = drawn(tex)
    expect(element.querySelector("a, img, [id], [data-theme], .c-modal, [style*='fixed']")).toBeNull()
  })

  it("stops a bomb, and shows what it could not read", () => {
    for (const bomb of ["\\def\\a{\\a\\a}\\a", "{".repeat(19_000), "\\rule{1000000em}{1000000em}", "x".repeat(30_000), "\\frac{"]) {
      expect(drawn(bomb).textContent).not.toBe("")
    }
    expect(drawn("\\frac{").querySelector(".o-math-error")?.textContent).toBe("\\frac{")
  })
})

describe("Markdown", () => {
  it("knows tables, tasks, strikes and links", () => {
    expect(html("| a |\n|:-:|\n| b |")).toContain(`<td style="text-align: center">b</td>`)
    expect(html("- [x] a\n- [ ] b")).toContain(`<span class="task-done"></span>a`)
    expect(html("~~a~~")).toBe("<p><s>a</s></p>")
    expect(html("see https://example.org/a.")).toContain(`href="https://example.org/a"`)
  })

  it("keeps the HTML that notebooks use", () => {
    expect(html(`<center><font color="red">a</font></center>`)).toBe(`<center><font color="red">a</font></center>`)
    expect(html(`<img src="https://example.org/a.png" width="200">`)).toContain(`width="200"`)
  })

  it("colours Python only", () => {
    const code = renderMarkdown("```python\ndef f(): return 1\n```").querySelector("code")
    if (!code) throw new Error("no code")
    expect(canHighlight(code)).toBe(true)
    highlight(code)
    expect(code.querySelector(".tok-keyword")?.textContent).toBe("def")
    expect(code.textContent).toBe("def f(): return 1\n")
    const other = renderMarkdown("```rust\nfn main() {}\n```").querySelector("code")
    expect(other && canHighlight(other)).toBe(false)
  })

  it.each([
    ["lists", "- ".repeat(10_000) + "a"], ["quotes", "> ".repeat(10_000) + "a"],
    ["brackets", "[".repeat(100_000)], ["open formulas", "\\[\n".repeat(50_000)],
    ["dollars", "$a ".repeat(60_000)], ["stars", "*a ".repeat(50_000)], ["links", "[a](".repeat(20_000)],
    ["backticks", Array.from({ length: 500 }, (_, at) => "`".repeat(at)).join(" ")],
  ])("reads hostile %s in bearable time", (_name, source) => {
    expect(renderMarkdown(source).textContent.length).toBeGreaterThan(0)
  }, 60_000)
})

describe("the renderer", () => {
  it("keeps the nodes of blocks that did not change", async () => {
    await preloadMarkdown()
    const element = document.createElement("div")
    const renderer = new MarkdownRenderer(element)
    renderer.update("# A\n\none\n\nlast")
    const [heading, paragraph, last] = Array.from(element.children)
    renderer.update("# A\n\none more\n\nlast")
    await new Promise(requestAnimationFrame)
    expect(element.children[0]).toBe(heading)
    expect(element.children[1]).not.toBe(paragraph)
    expect(element.children[1]?.textContent).toBe("one more")
    expect(element.children[2]).toBe(last)
    renderer.close()
  })

  it("grows and shrinks to what was last asked for", async () => {
    await preloadMarkdown()
    const element = document.createElement("div")
    const renderer = new MarkdownRenderer(element)
    for (const source of ["a", "a\n\na\n\na", "a\n\na", "b\n\na", "", "c"]) {
      renderer.update(source)
      await new Promise(requestAnimationFrame)
      expect(Array.from(element.children, (child) => child.textContent)).toEqual(source.split("\n\n").filter(Boolean))
    }
    renderer.close()
  })

  it("shows an overlong text as it was written", () => {
    const element = document.createElement("div")
    const renderer = new MarkdownRenderer(element)
    renderer.update("# a ".repeat(100_000))
    expect(element.querySelector("pre")?.textContent).toHaveLength(400_000)
    renderer.close()
  })

  it("names headings as links to them do", () => {
    expect(headingSlug(" Getting started, 入门! ")).toBe("getting-started-入门")
  })
})
