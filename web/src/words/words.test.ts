import { afterEach, describe, expect, it, vi } from "vitest"
import { language, languageFor, languages, setLanguage, subscribeLanguage } from "./language"
import { english } from "./english"
import { formatAgo, formatBytes, formatMemory, loadWords, speak, spokenIn, t, tn } from "./words"

const holes = (words: string): string[] =>
  [...words.matchAll(/\{(\w+)\}/g)].map((match) => match[1] ?? "").sort()

afterEach(() => {
  setLanguage("en")
})

describe("the word tables", () => {
  const keys = Object.keys(english).sort()

  it.each(languages.map(({ id }) => id))("%s has the same keys and leaves none empty", async (id) => {
    const { words } = await spokenIn[id]()
    expect(Object.keys(words).sort()).toEqual(keys)
    expect(Object.entries(words).filter(([, each]) => each.trim() === "")).toEqual([])
  })

  it.each(languages.map(({ id }) => id))("%s fills the same holes as English", async (id) => {
    const [ours, theirs]: readonly Readonly<Record<string, string>>[] = [english, (await spokenIn[id]()).words]
    for (const key of keys) {
      // A singular may leave its number out ("1 line"); nothing else may.
      if (key.endsWith(".one")) continue
      expect([key, holes(theirs?.[key] ?? "")]).toEqual([key, holes(ours?.[key] ?? "")])
    }
  })

  it("have both forms of everything counted", () => {
    for (const key of keys.filter((name) => name.endsWith(".other"))) {
      expect(keys).toContain(key.replace(/\.other$/, ".one"))
    }
  })
})

describe("language", () => {
  it("is the first wish that we speak", () => {
    expect(languageFor(["fr-FR", "zh-TW", "en"])).toBe("zh-CN")
    expect(languageFor(["en-GB", "zh"])).toBe("en")
    expect(languageFor(["fr"])).toBe("en")
  })

  it("is remembered and told to subscribers", () => {
    const told = vi.fn()
    const stop = subscribeLanguage(told)
    setLanguage("zh-CN")
    stop()
    setLanguage("en")
    expect(told).toHaveBeenCalledTimes(1)
    expect(localStorage.getItem("colibri.language")).toBe("en")
    expect(language()).toBe("en")
  })
})

describe("switching", () => {
  it("waits for the words", async () => {
    await speak("zh-CN")
    expect([language(), t("action.cancel")]).toEqual(["zh-CN", "取消"])
    await loadWords("en")
    expect(language()).toBe("zh-CN")
  })
})

describe("words with values", () => {
  it("keeps braces that come in with a value", () => {
    expect(t("drive.found", { words: "{words}<b>" })).toBe("Results for “{words}<b>”")
  })

  it("takes no value from the prototype", () => {
    expect(t("account.menu", {})).toBe("Account of {name}")
  })

  it("counts", () => {
    expect(tn("output.lines", 1)).toBe("1 line")
    expect(tn("output.lines", 12345)).toBe("12,345 lines")
    setLanguage("zh-CN")
    expect(tn("output.lines", 1)).toBe("1 行")
  })

  it("writes sizes and times", () => {
    expect(formatBytes(999)).toBe("999 bytes")
    expect(formatBytes(1_400_000)).toBe("1.4 MB")
    expect(formatMemory(16 * 2 ** 30)).toBe("16 GB")
    expect(formatAgo(0, 10_000)).toBe("just now")
    expect(formatAgo(0, 3 * 60_000)).toBe("3 minutes ago")
    expect(formatAgo(0, 26 * 3_600_000)).toBe("yesterday")
  })
})
