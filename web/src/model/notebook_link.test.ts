import { expect, it } from "vitest"
import { notebookLink } from "./notebook_link"

const of = (text: string) => notebookLink(text, "https://lab.example.org", "https://github.com")

it("a notebook is named by any of its addresses", () => {
  expect(of("n_1a-b")).toEqual({ kind: "notebook", id: "n_1a-b" })
  expect(of(" https://lab.example.org/notebooks/n_1a#scrollTo=x")).toEqual({ kind: "notebook", id: "n_1a" })
  expect(of("/examples/plots")).toEqual({ kind: "foreign", from: "examples", path: "plots" })
  expect(of("https://lab.example.org/github/a/b/blob/main/c%20d.ipynb"))
    .toEqual({ kind: "foreign", from: "github", path: "a/b/blob/main/c d.ipynb" })
  expect(of("https://github.com/a/b/blob/main/c.ipynb")).toEqual({ kind: "foreign", from: "github", path: "a/b/blob/main/c.ipynb" })
  expect(of("https://evil.example.org/notebooks/n_1")).toBeNull()
  expect(of("words")).toBeNull()
})
