/** What the server says to a person, in the language of the page. */
import { spoken, type Spoken } from "./words"

interface Sentence {
  readonly pattern: RegExp
  readonly words: string
}

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")

/** `{name}` stands for anything, but for what ends another sentence where there is a longer one. */
const patternOf = (english: string): RegExp =>
  new RegExp(`^${english.split(/(\{\w+\})/).map((part) => /^\{(\w+)\}$/.test(part) ? `(?<${part.slice(1, -1)}>[^]+)` : escaped(part)).join("")}$`, "u")

const known = new WeakMap<Spoken, readonly Sentence[]>()

/** The more words of its own a sentence has, the surer it is meant. */
function sentencesOf(now: Spoken): readonly Sentence[] {
  const made = known.get(now) ?? [...now.sentences]
    .sort(([a], [b]) => b.replace(/\{\w+\}/g, "").length - a.replace(/\{\w+\}/g, "").length)
    .map(([english, words]) => ({ pattern: patternOf(english), words }))
  known.set(now, made)
  return made
}

/** `detail` in the page's language; as it is where that has no words for it. */
export function serverWords(detail: string): string {
  for (const { pattern, words } of sentencesOf(spoken())) {
    const found = pattern.exec(detail)
    if (found) return words.replace(/\{(\w+)\}/g, (whole, name: string) => found.groups?.[name] ?? whole)
  }
  return detail
}
