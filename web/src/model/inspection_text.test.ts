import { describe, expect, it } from "vitest"
import { helpQuery, readInspected } from "./inspection_text"

const red = (title: string): string => `\u001b[0;31m${title}:\u001b[0m`

describe("what IPython tells about a name", () => {
  it("is read in its parts, without how a value prints itself", () => {
    const text = [
      `${red("Type")}        Secret`, red("String form"), "<b>mine", "File: nothing</b>", `${red("File")}        /content/x.py`,
      `${red("Docstring")}  `, "Keeps it.", "", "File: not a title",
    ].join("\n")
    expect(readInspected(text)).toEqual({
      signature: "", type: "Secret", file: "/content/x.py", source: "", documentation: "Keeps it.\n\nFile: not a title",
    })
  })

  it("has the signature on one line", () => {
    expect(readInspected("Signature:\narea(\n    width: float,\n) -> float\nDocstring: <no docstring>\nType:      function")).toMatchObject({
      signature: "area( width: float, ) -> float", type: "function", documentation: "",
    })
  })

  it("is nothing when it is in another form", () => {
    expect(readInspected("no documentation")).toBeNull()
  })
})

describe("a cell that asks for help", () => {
  it("names what, and whether the source is wanted", () => {
    expect(helpQuery("?os.path")).toEqual({ name: "os.path", detail: 0 })
    expect(helpQuery(" print? ")).toEqual({ name: "print", detail: 0 })
    expect(helpQuery("area??")).toEqual({ name: "area", detail: 1 })
    expect(helpQuery("??area")).toEqual({ name: "area", detail: 1 })
  })

  it("is no other cell", () => {
    for (const source of ["", "?", "area", "?area?", "x = 1\narea?", "area(1)?", "# really?"]) expect(helpQuery(source)).toBeNull()
  })
})
