import { afterEach, describe, expect, it } from "vitest"
import { setLanguage } from "./language"
import { mountSentence, mountWords } from "./mount"
import { mountEn } from "./mount_en"
import { mountZh } from "./mount_zh"

const holes = (words: string): readonly string[] => (words.match(/\{\w+\}/g) ?? []).sort()

afterEach(() => setLanguage("en"))

describe("the words about mounting", () => {
  it("have the same holes in both languages, and none is empty", () => {
    for (const [key, words] of Object.entries(mountEn)) {
      const theirs = Object.entries(mountZh).find(([name]) => name === key)?.[1] ?? ""
      expect([key, holes(theirs)]).toEqual([key, holes(words)])
      expect(theirs.trim()).not.toBe("")
    }
  })

  it("are in the page's language, as is what the server says", () => {
    expect(mountWords("unmount", { place: "/content/drive" })).toBe("Unmount /content/drive")
    expect(mountSentence("Mountpoint must not be a symlink")).toBe("Mountpoint must not be a symlink")
    setLanguage("zh-CN")
    expect(mountWords("unmount", { place: "/content/drive" })).toBe("卸载 /content/drive")
    expect(mountSentence("Mountpoint must not be a symlink")).toBe("挂载点不能是符号链接")
  })
})
