/** What the server says to a person, in the language of the page. */
import { language } from "./language"
import { serverSentences } from "./server_zh"

interface Sentence {
  readonly pattern: RegExp
  readonly words: string
}

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")

/** `{name}` stands for anything, but for what ends another sentence where there is a longer one. */
const patternOf = (english: string): RegExp =>
  new RegExp(`^${english.split(/(\{\w+\})/).map((part) => /^\{(\w+)\}$/.test(part) ? `(?<${part.slice(1, -1)}>[^]+)` : escaped(part)).join("")}$`, "u")

let sentences: readonly Sentence[] | null = null

/** `detail` in the page's language; as it is where that has no words for it. */
export function serverWords(detail: string): string {
  if (language() === "en") return detail
  // The more words of its own a sentence has, the surer it is meant.
  sentences ??= [...serverSentences].sort(([a], [b]) => b.replace(/\{\w+\}/g, "").length - a.replace(/\{\w+\}/g, "").length)
    .map(([english, words]) => ({ pattern: patternOf(english), words }))
  for (const { pattern, words } of sentences) {
    const found = pattern.exec(detail)
    if (found) return words.replace(/\{(\w+)\}/g, (whole, name: string) => found.groups?.[name] ?? whole)
  }
  return detail
}
