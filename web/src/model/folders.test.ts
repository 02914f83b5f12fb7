import { describe, expect, it } from "vitest"
import { filesIn, foldersIn, nameOfPath, parentsOf } from "./folders"

const files = ["D/b.ipynb", "D/x/a.ipynb", "D/x/y/c.ipynb", "D/a.ipynb", "Dx/z.ipynb"].map((path) => ({ path }))

describe("folders", () => {
  it("are told by the paths of files", () => {
    expect(foldersIn(files, "D")).toEqual(["D/x"])
    expect(foldersIn(files, "D/x")).toEqual(["D/x/y"])
    expect(foldersIn(files, "D/x/y")).toEqual([])
  })

  it("hold the files right in them, by name", () => {
    expect(filesIn(files, "D").map(({ path }) => path)).toEqual(["D/a.ipynb", "D/b.ipynb"])
    expect(filesIn(files, "D/x").map(({ path }) => path)).toEqual(["D/x/a.ipynb"])
  })

  it("stand around a path", () => {
    expect(parentsOf("D/x/y/c.ipynb")).toEqual(["D", "D/x", "D/x/y"])
    expect(parentsOf("D")).toEqual([])
    expect(nameOfPath("D/x")).toBe("x")
  })
})
