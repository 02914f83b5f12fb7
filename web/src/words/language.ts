/** The language of the page's words: chosen by the browser's wishes, switchable and remembered in this browser. */
export type Language = "en" | "zh-CN"

/** The languages there are, each named in itself. */
export const languages: readonly { id: Language; name: string }[] = [
  { id: "en", name: "English" },
  { id: "zh-CN", name: "简体中文" },
]

const storageKey = "colibri.language"
const listeners = new Set<() => void>()
let spokenAnew = 0
let current: Language = remembered() ?? languageFor(globalThis.navigator.languages)

/** The first of `wishes` that we speak (any Chinese is served simplified), else English. */
export function languageFor(wishes: readonly string[]): Language {
  for (const wish of wishes) {
    const primary = wish.toLowerCase().split("-")[0]
    if (primary === "zh") return "zh-CN"
    if (primary === "en") return "en"
  }
  return "en"
}

function remembered(): Language | null {
  try {
    const stored = globalThis.localStorage.getItem(storageKey)
    return languages.find(({ id }) => id === stored)?.id ?? null
  } catch {
    return null // Storage is switched off in this browser.
  }
}

export function language(): Language {
  return current
}

/** Switches the page's language, whose words are there, remembers it, and tells those who subscribed. */
export function setLanguage(next: Language): void {
  if (next === current) return
  current = next
  try {
    globalThis.localStorage.setItem(storageKey, next)
  } catch {
    // Then it holds until the page is closed.
  }
  document.documentElement.lang = next
  sayAgain()
}

/** Has all that subscribed draw its words again: there are new ones. */
export function sayAgain(): void {
  spokenAnew += 1
  for (const listener of [...listeners]) listener()
}

/** Counts up when words are to be drawn again. */
export const saidAnew = (): number => spokenAnew

export function subscribeLanguage(listener: () => void): () => void {
  listeners.add(listener)
  return () => {
    listeners.delete(listener)
  }
}
