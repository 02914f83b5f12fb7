/**
 * All words that a person reads: one table per language, of which only the one that is spoken is loaded. Values are
 * put in as text; nothing here makes HTML.
 */
import type { english } from "./english"
import { language, setLanguage, type Language } from "./language"

export type WordKey = keyof typeof english

/** What the page says in one language. */
export interface Spoken {
  readonly words: Readonly<Record<WordKey, string>>
  /** They come after the words, when the server has something to say: no first visit waits for them. */
  readonly sentences: () => Promise<Sentences>
}

/** The server's own English sentences, with `{name}` for what changes in them, and those of the language. */
export type Sentences = readonly (readonly [english: string, theirs: string])[]

/** Where each language comes from when it is first spoken. A new one is a line here and one in language.ts. */
export const spokenIn: Readonly<Record<Language, () => Promise<Spoken>>> = {
  en: async () => ({ words: (await import("./english")).english, sentences: () => Promise.resolve([]) }),
  "zh-CN": async () => ({
    words: (await import("./chinese")).chinese, sentences: async () => (await import("./server_zh")).serverSentences,
  }),
}

const loaded: { [id in Language]?: Spoken } = {}

/** Loads the words of `id`. Before those of the page's language are there it can say nothing. */
export async function loadWords(id: Language): Promise<void> {
  loaded[id] ??= await spokenIn[id]()
}

/** Switches the page to `id` once its words are there. */
export async function speak(id: Language): Promise<void> {
  await loadWords(id)
  setLanguage(id)
}

/** What is said now. */
export function spoken(): Spoken {
  const now = loaded[language()]
  if (!now) throw new Error("the page's words are not loaded")
  return now
}

type Counted<Key> = Key extends `${infer Base}.other` ? Base : never
export type CountKey = Counted<WordKey>
export type Values = Readonly<Record<string, string | number>>

/** The words for `key` in the current language, with `{name}` replaced by `values.name`. */
export function t(key: WordKey, values?: Values): string {
  return fill(spoken().words[key], values)
}

/** Like `t` for things that are counted: `base.one` or `base.other`, with `{count}` filled in. */
export function tn(base: CountKey, count: number, values?: Values): string {
  const form = new Intl.PluralRules(language()).select(count) === "one" ? "one" : "other"
  const table: Readonly<Record<string, string>> = spoken().words
  const words = table[`${base}.${form}`] ?? table[`${base}.other`] ?? ""
  return fill(words, { count: formatNumber(count), ...values })
}

/** `words` with `{name}` replaced by `values.name`. */
export function fill(words: string, values: Values | undefined): string {
  if (!values) return words
  return words.replace(/\{(\w+)\}/g, (hole, name: string) =>
    Object.hasOwn(values, name) ? String(values[name]) : hole)
}

export function formatNumber(value: number): string {
  return new Intl.NumberFormat(language()).format(value)
}

/** A share as "37%". */
export function formatPercent(share: number): string {
  return new Intl.NumberFormat(language(), { style: "percent", maximumFractionDigits: 0 }).format(share)
}

/** Bytes of a file as a person reads them: "512 bytes", "1.4 MB" (powers of 1000). */
export const formatBytes = (bytes: number): string => bytesBy(1000, bytes)

/** What a machine has and uses of memory or disk: "16 GB" (powers of 1024, as memory is sold and `free` counts). */
export const formatMemory = (bytes: number): string => bytesBy(1024, bytes)

function bytesBy(base: number, bytes: number): string {
  const units = ["byte", "kilobyte", "megabyte", "gigabyte", "terabyte"]
  let value = bytes
  let unit = 0
  while (value >= 999.5 && unit < units.length - 1) {
    value /= base
    unit += 1
  }
  return new Intl.NumberFormat(language(), {
    style: "unit",
    unit: units[unit] ?? "byte",
    unitDisplay: unit === 0 ? "long" : "short",
    maximumFractionDigits: unit === 0 || value >= 100 ? 0 : 1,
  }).format(value)
}

/** "3 minutes ago" for the last week, else a date. */
export function formatAgo(timeMs: number, nowMs: number): string {
  const seconds = Math.round((nowMs - timeMs) / 1000)
  if (seconds < 45) return t("time.just_now")
  const relative = new Intl.RelativeTimeFormat(language(), { numeric: "auto" })
  if (seconds < 45 * 60) return relative.format(-Math.max(1, Math.round(seconds / 60)), "minute")
  if (seconds < 22 * 3600) return relative.format(-Math.max(1, Math.round(seconds / 3600)), "hour")
  if (seconds < 7 * 86_400) return relative.format(-Math.max(1, Math.round(seconds / 86_400)), "day")
  return formatDate(timeMs)
}

/** "14:05": a time of a day that stands beside it. */
export function formatTime(timeMs: number): string {
  return new Intl.DateTimeFormat(language(), { timeStyle: "short" }).format(timeMs)
}

/** "11 Dec 2026, 14:05". */
export function formatMoment(timeMs: number): string {
  return new Intl.DateTimeFormat(language(), { dateStyle: "medium", timeStyle: "short" }).format(timeMs)
}

/** "11 Dec 2026": a day, for what ends or began then. */
export function formatDate(timeMs: number): string {
  return new Intl.DateTimeFormat(language(), { dateStyle: "medium" }).format(timeMs)
}

/** "11 Dec 2026, 14:05". */
export function formatDateTime(timeMs: number): string {
  return new Intl.DateTimeFormat(language(), { dateStyle: "medium", timeStyle: "short" }).format(timeMs)
}
