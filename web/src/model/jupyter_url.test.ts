import { describe, expect, it } from "vitest"
import { jupyterCommand, parseJupyterUrl } from "./jupyter_url"

describe("the address that somebody pastes", () => {
  it.each([
    ["http://localhost:8888/?token=abc", "http://localhost:8888/", "abc"],
    ["  http://localhost:8888/lab?token=abc\n", "http://localhost:8888/", "abc"],
    ["http://127.0.0.1:8888/tree?token=abc", "http://127.0.0.1:8888/", "abc"],
    ["http://localhost:8888/lab/tree/a/b.ipynb?token=abc&x=1", "http://localhost:8888/", "abc"],
    ["localhost:8888", "http://localhost:8888/", ""],
    ["https://hub.example.org/user/ada/lab?token=t", "https://hub.example.org/user/ada/", "t"],
    ["https://hub.example.org/user/ada", "https://hub.example.org/user/ada/", ""],
    ["http://0.0.0.0:8888/?token=abc", "http://localhost:8888/", "abc"],
    ["http://[::1]:8888/?token=a%2Bb", "http://[::1]:8888/", "a+b"],
  ])("%s", (text, base, token) => {
    expect(parseJupyterUrl(text, false)).toEqual({ base, token })
  })

  it.each(["", "   ", "http://", "ftp://localhost/", "not an address", "http://local host/"])("is none: %j", (text) => {
    expect(parseJupyterUrl(text, false)).toBe("no_url")
  })

  it("has no name and password", () => {
    expect(parseJupyterUrl("http://ada:secret@localhost:8888/", false)).toBe("user_info")
  })

  it("is not reached over http from a page of https, but on the same computer", () => {
    expect(parseJupyterUrl("http://lab.example.org:8888/", true)).toBe("mixed")
    expect(parseJupyterUrl("http://127.example.org/", true)).toBe("mixed")
    expect(parseJupyterUrl("http://lab.example.org:8888/", false)).toEqual({ base: "http://lab.example.org:8888/", token: "" })
    for (const host of ["localhost:8888", "127.0.0.1:8888", "[::1]:8888", "a.localhost"]) {
      expect(parseJupyterUrl(`http://${host}/`, true)).toEqual({ base: `http://${host}/`, token: "" })
    }
    expect(parseJupyterUrl("https://lab.example.org/", true)).toEqual({ base: "https://lab.example.org/", token: "" })
  })
})

it("the command allows this page and no other", () => {
  expect(jupyterCommand("https://colibri.example.org")).toContain("--ServerApp.allow_origin='https://colibri.example.org'")
})
