import { describe, expect, it } from "vitest"
import { githubWish } from "./github_address"

const web = "https://github.com"

describe("what is typed into the GitHub tab", () => {
  it("is an owner, a repository or a branch of one", () => {
    expect(githubWish(" ada ", web)).toEqual({ kind: "owner", name: "ada" })
    expect(githubWish("https://github.com/ada/", web)).toEqual({ kind: "owner", name: "ada" })
    expect(githubWish("ada/engine", web)).toEqual({ kind: "repository", name: "ada/engine", branch: "" })
    expect(githubWish("https://github.com/ada/engine.git", web))
      .toEqual({ kind: "repository", name: "ada/engine", branch: "" })
    expect(githubWish("https://github.com/ada/engine/tree/x/y", web))
      .toEqual({ kind: "repository", name: "ada/engine", branch: "x/y" })
  })

  it("is the address of a notebook, as people copy it", () => {
    expect(githubWish("https://github.com/ada/engine/blob/main/a%20b.ipynb?raw=1#x", web))
      .toEqual({ kind: "file", from: "github", path: "ada/engine/blob/main/a b.ipynb" })
    expect(githubWish("https://gist.github.com/ada/0123abc", web))
      .toEqual({ kind: "file", from: "gist", path: "ada/0123abc" })
    expect(githubWish("https://git.example.org/gist/ada/0123abc", "https://git.example.org"))
      .toEqual({ kind: "file", from: "gist", path: "ada/0123abc" })
  })

  it("is else words to search for", () => {
    expect(githubWish("deep learning", web)).toEqual({ kind: "words", words: "deep learning" })
    expect(githubWish("https://example.org/x y", web)).toEqual({ kind: "words", words: "https://example.org/x y" })
    expect(githubWish("", web)).toEqual({ kind: "nothing" })
  })
})
