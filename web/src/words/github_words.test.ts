import { afterEach, describe, expect, it } from "vitest"
import { githubEn } from "./github_en"
import { tg } from "./github_words"
import { githubZh } from "./github_zh"
import { setLanguage } from "./language"

afterEach(() => setLanguage("en"))

const holes = (words: string): readonly string[] => (words.match(/\{\w+\}/g) ?? []).sort()

describe("the words of GitHub", () => {
  it("are all there in Chinese, with the same holes", () => {
    expect(Object.keys(githubZh)).toEqual(Object.keys(githubEn))
    const chinese: Readonly<Record<string, string>> = githubZh
    for (const [key, words] of Object.entries(githubEn)) {
      expect(chinese[key]?.trim(), key).not.toBe("")
      expect([key, holes(chinese[key] ?? "")]).toEqual([key, holes(words)])
    }
  })

  it("are said in the page's language", () => {
    expect(tg("connect.account", { login: "ada" })).toBe("Connected as ada")
    setLanguage("zh-CN")
    expect(tg("connect.account", { login: "ada" })).toBe("已连接为 ada")
  })
})
