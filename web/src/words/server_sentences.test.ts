/// <reference types="node" />
import { readdirSync, readFileSync } from "node:fs"
import { afterEach, describe, expect, it } from "vitest"
import { setLanguage } from "./language"
import { loadSentences, serverWords } from "./server_sentences"
import { mountSentencesZh } from "./mount_zh"
import { serverSentences } from "./server_zh"

afterEach(() => setLanguage("en"))

const source = "../src"
/** The string literals of the server, those that follow each other joined as the compiler joins them. */
const literals = (text: string): readonly string[] =>
  Array.from(text.replace(/^\s*(?:\/\/|#include).*$/gm, "").matchAll(/"(?:[^"\\\n]|\\.)*"(?:\s*"(?:[^"\\\n]|\\.)*")*/g),
    ([run]) => run.split(/(?<!\\)"\s*"/).join("").slice(1, -1).replace(/\\(.)/g, "$1"))
const read = (folder: string, which: RegExp): readonly { readonly name: string; readonly all: readonly string[] }[] =>
  readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((name) => which.test(name) && !/[_.]test\.\w+$/.test(name))
    .map((name) => ({ name, all: literals(readFileSync(`${folder}/${name}`, "utf8")) }))
// What a local runtime's worker says comes by the server too.
const said = [...read(source, /\.cpp$/), ...read("src/local", /\.ts$/)]

/** The parts that do not change. */
const fixed = (english: string): readonly string[] =>
  english.split(/\{\w+\}/).map((part) => part.trim()).filter((part) => /\p{L}{3}/u.test(part))

/** Whether the server says it, in one piece or put together from two. */
const stands = (part: string): boolean => said.some(({ all }) => {
  const has = (words: string): boolean => all.some((each) => each.includes(words.trim()))
  return has(part) || Array.from(part.matchAll(/ /g)).some(({ index }) => has(part.slice(0, index)) && has(part.slice(index)))
})

describe("the server's sentences", () => {
  it.each([...serverSentences.map(([english]) => english), ...Object.keys(mountSentencesZh)])("%s stands in the server", (english) => {
    for (const part of fixed(english)) expect(stands(part), part).toBe(true)
  })

  it("have the same places in both languages, and each is there once", () => {
    const places = (text: string): readonly string[] => (text.match(/\{\w+\}/g) ?? []).sort()
    for (const [english, chinese] of serverSentences) {
      const [here, there] = [places(english), places(chinese)]
      expect(there.every((place) => here.includes(place)), english).toBe(true)
    }
    expect(new Set(serverSentences.map(([english]) => english)).size).toBe(serverSentences.length)
  })

  it("about runtimes, sharing and accounts all have their words", () => {
    const of = /^(?:runtimes\/runtimes_(?:life|queue)|lease\/lease|notebooks\/(?:sharing\w*|document_(?:lanes|saver|outside))|auth\/(?:password|invitations))\.cpp$/
    const missing = said.filter(({ name }) => of.test(name)).flatMap(({ all }) => all)
      .filter((each) => /^[A-Z][^{}]* [^{}]*\.$/.test(each))
      .filter((each) => !serverSentences.some(([english]) => english.includes(each)))
    expect(missing).toEqual([])
  })
})

describe("a sentence of the server", () => {
  it("is in the page's language, with what changes in it, once its words have come", async () => {
    setLanguage("zh-CN")
    expect(serverWords("There is no such notebook.")).toBe("There is no such notebook.")
    await loadSentences()
    expect(serverWords("There is no such notebook.")).toBe("没有这个笔记本。")
    expect(serverWords("The image \"ml\" has no kernel \"ir\".")).toBe("镜像“ml”中没有内核“ir”。")
    expect(serverWords("The runtime could not start. Its log ends with: a\nb")).toBe("运行时无法启动。其日志的末尾：a\nb")
    expect(serverWords("ada@example.org has no access to this notebook.")).toBe("ada@example.org 无权访问此笔记本。")
  })

  it("is the server's own where the page has no words, and in English", async () => {
    await loadSentences()
    expect(serverWords("There is no such notebook.")).toBe("There is no such notebook.")
    setLanguage("zh-CN")
    await loadSentences()
    expect(serverWords("Something new.")).toBe("Something new.")
  })
})
