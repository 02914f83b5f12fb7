import { afterEach, describe, expect, it } from "vitest"
import { optionLabel } from "./clouds"
import { cloudsEn } from "./clouds_en"
import { cloudsZh } from "./clouds_zh"
import { setLanguage } from "./language"

afterEach(() => setLanguage("en"))

const holes = (words: string): readonly string[] => (words.match(/\{\w+\}/g) ?? []).sort()

describe("the words of clouds", () => {
  it("are all there in Chinese, with the same holes", () => {
    expect(Object.keys(cloudsZh)).toEqual(Object.keys(cloudsEn))
    const chinese: Readonly<Record<string, string>> = cloudsZh
    for (const [key, words] of Object.entries(cloudsEn)) expect([key, holes(chinese[key] ?? "")]).toEqual([key, holes(words)])
  })

  it("name the options that people know, and leave the others as rclone calls them", () => {
    expect(optionLabel("pass")).toBe("Password")
    expect(optionLabel("use_insecure_cipher")).toBe("use_insecure_cipher")
    setLanguage("zh-CN")
    expect(optionLabel("pass")).toBe("密码")
  })
})
