/** What the server says to a person, in the language of the page. */
import { sayAgain } from "./language"
import { spoken, type Spoken } from "./words"

interface Sentence {
  readonly pattern: RegExp
  readonly words: string
}

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")

/** `{name}` stands for anything, but for what ends another sentence where there is a longer one. */
const patternOf = (english: string): RegExp =>
  new RegExp(`^${english.split(/(\{\w+\})/).map((part) => /^\{(\w+)\}$/.test(part) ? `(?<${part.slice(1, -1)}>[^]+)` : escaped(part)).join("")}$`, "u")

const known = new Map<Spoken, readonly Sentence[]>()
const loading = new Map<Spoken, Promise<void>>()

/** Loads what the server says in the language that is spoken; what stands in English by then is said again. */
export function loadSentences(): Promise<void> {
  const now = spoken()
  const already = loading.get(now)
  if (already) return already
  const begun = load(now).catch((error: unknown) => {
    loading.delete(now)
    console.warn("Colibri: the server's sentences could not be loaded:", error)
  })
  loading.set(now, begun)
  return begun
}

async function load(now: Spoken): Promise<void> {
  // The more words of its own a sentence has, the surer it is meant.
  const sentences = [...await now.sentences()]
    .sort(([a], [b]) => b.replace(/\{\w+\}/g, "").length - a.replace(/\{\w+\}/g, "").length)
    .map(([english, words]) => ({ pattern: patternOf(english), words }))
  known.set(now, sentences)
  if (sentences.length > 0) sayAgain()
}

/** `detail` in the page's language; as it is where that has no words for it. */
export function serverWords(detail: string): string {
  void loadSentences()
  for (const { pattern, words } of known.get(spoken()) ?? []) {
    const found = pattern.exec(detail)
    if (found) return words.replace(/\{(\w+)\}/g, (whole, name: string) => found.groups?.[name] ?? whole)
  }
  return detail
}
