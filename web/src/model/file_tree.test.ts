import { describe, expect, it } from "vitest"
import { content, keyOf, parentOf, placeIn, queryOf, root, type FileEntry } from "../wire/runtime_files"
import { emptyTree, nodesOf, openPlaces, withFolder, withListing } from "./file_tree"

const entry = (name: string, type: FileEntry["type"] = "file", hex: string | null = null): FileEntry =>
  ({ name, hex, type, link: false, size: 1, modified_ms: 0, version: "v" })
const tree = withListing(emptyTree, "/content", {
  entries: [entry("b10"), entry("b2"), entry(".git", "folder"), entry("z", "folder"), entry(".upload-abcdefgh12")], more: false,
})
const names = (hidden: boolean): readonly string[] => nodesOf({ ...tree, hidden }).map((node) => node.entry.name)

describe("a tree of files", () => {
  it("has folders first, names as a person counts, and hides what is hidden", () => {
    expect(names(false)).toEqual(["z", "b2", "b10"])
    expect(names(true)).toEqual([".git", "z", "b2", "b10"])
  })

  it("shows what is in the folders that are open, and watches these", () => {
    const opened = withListing({ ...tree, open: new Set(["/content/z", "/content/gone"]) }, "/content/z", { entries: [entry("in")], more: true })
    const [folder] = nodesOf(opened)
    expect(folder?.inside?.map(({ key }) => key)).toEqual(["/content/z/in"])
    expect(folder?.more).toBe(true)
    expect(openPlaces(opened).map(({ path }) => path)).toEqual(["/content", "/content/z"])
  })

  it("goes on showing a folder that is loaded again", () => {
    expect(nodesOf(withFolder(tree, "/content", { state: "loading" }))).toHaveLength(3)
    expect(nodesOf(withFolder(tree, "/content", { state: "failed", why: "x" }))).toHaveLength(0)
  })
})

describe("a place", () => {
  it("is a path, or bytes where a name is no text", () => {
    const plain = placeIn(content, entry("a b"))
    expect([keyOf(plain), queryOf(plain), parentOf(plain.path)]).toEqual(["/content/a b", "path=%2Fcontent%2Fa%20b", "/content"])
    const odd = placeIn(placeIn(root, entry("d")), entry("�", "folder", "ff"))
    expect(queryOf(odd)).toBe("path_hex=2f642fff")
    expect(queryOf(placeIn(odd, entry("x")))).toBe("path_hex=2f642fff2f78")
    expect([parentOf("/a"), parentOf("/")]).toEqual(["/", "/"])
  })
})
