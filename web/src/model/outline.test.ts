import { describe, expect, it } from "vitest"
import { headingsOf } from "./outline"

const texts = (source: string): readonly string[] => headingsOf(source).map(({ level, text }) => `${level} ${text}`)

describe("headings", () => {
  it("are lines that begin with #, without Markdown's marks", () => {
    expect(texts("# One\ntext\n## **Two** `x` and [a link](http://x) ##\n#no\n####### seven\n### a_b_c *it*"))
      .toEqual(["1 One", "2 Two x and a link", "3 a_b_c it"])
  })

  it("are not in code", () => {
    expect(texts("```\n# comment\n```\n# after\n~~~~python\n# no\n~~~\n# still\n~~~~\n## out")).toEqual(["1 after", "2 out"])
  })

  it("leave out HTML and empty ones", () => {
    expect(texts('# <a name="x"></a>Named\n#\n## \n# <b>Bold</b>')).toEqual(["1 Named", "1 Bold"])
  })
})
