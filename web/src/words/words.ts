/**
 * All words that a person reads: one table per language, chosen by the browser's wishes, switchable
 * and remembered in this browser. Values are put in as text; nothing here makes HTML.
 */
import { accountEn } from "./account_en"
import { accountZh } from "./account_zh"
import { commentsEn } from "./comments_en"
import { commentsZh } from "./comments_zh"
import { en } from "./en"
import { historyEn } from "./history_en"
import { historyZh } from "./history_zh"
import { notebookEn } from "./notebook_en"
import { notebookZh } from "./notebook_zh"
import { sharingEn } from "./sharing_en"
import { sharingZh } from "./sharing_zh"
import { togetherEn } from "./together_en"
import { togetherZh } from "./together_zh"
import { zhCn } from "./zh_cn"

const english = {
  ...en, ...accountEn, ...commentsEn, ...historyEn, ...notebookEn, ...togetherEn, ...sharingEn,
}
export type WordKey = keyof typeof english
type Table = Record<WordKey, string>

export type Language = "en" | "zh-CN"

/** The languages there are, each named in itself. */
export const languages: readonly { id: Language; name: string }[] = [
  { id: "en", name: "English" },
  { id: "zh-CN", name: "简体中文" },
]

export const tables: Record<Language, Table> = {
  en: english,
  "zh-CN": { ...zhCn, ...accountZh, ...commentsZh, ...historyZh, ...notebookZh, ...togetherZh, ...sharingZh },
}

type Counted<Key> = Key extends `${infer Base}.other` ? Base : never
export type CountKey = Counted<WordKey>
export type Values = Readonly<Record<string, string | number>>

const storageKey = "colibri.language"
const listeners = new Set<() => void>()
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

/** Switches the page's language, remembers it, and tells those who subscribed. */
export function setLanguage(next: Language): void {
  if (next === current) return
  current = next
  try {
    globalThis.localStorage.setItem(storageKey, next)
  } catch {
    // Then it holds until the page is closed.
  }
  document.documentElement.lang = next
  for (const listener of [...listeners]) listener()
}

export function subscribeLanguage(listener: () => void): () => void {
  listeners.add(listener)
  return () => {
    listeners.delete(listener)
  }
}

/** The words for `key` in the current language, with `{name}` replaced by `values.name`. */
export function t(key: WordKey, values?: Values): string {
  return fill(tables[current][key], values)
}

/** Like `t` for things that are counted: `base.one` or `base.other`, with `{count}` filled in. */
export function tn(base: CountKey, count: number, values?: Values): string {
  const form = new Intl.PluralRules(current).select(count) === "one" ? "one" : "other"
  const table: Readonly<Record<string, string>> = tables[current]
  const words = table[`${base}.${form}`] ?? table[`${base}.other`] ?? ""
  return fill(words, { count: formatNumber(count), ...values })
}

function fill(words: string, values: Values | undefined): string {
  if (!values) return words
  return words.replace(/\{(\w+)\}/g, (hole, name: string) =>
    Object.hasOwn(values, name) ? String(values[name]) : hole)
}

export function formatNumber(value: number): string {
  return new Intl.NumberFormat(current).format(value)
}

/** Bytes as a person reads them: "512 B", "1.4 MB" (powers of 1000). */
export function formatBytes(bytes: number): string {
  const units = ["byte", "kilobyte", "megabyte", "gigabyte", "terabyte"]
  let value = bytes
  let unit = 0
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1000
    unit += 1
  }
  return new Intl.NumberFormat(current, {
    style: "unit",
    unit: units[unit] ?? "byte",
    unitDisplay: "short",
    maximumFractionDigits: unit === 0 || value >= 100 ? 0 : 1,
  }).format(value)
}

/** "3 minutes ago" for the last week, else a date. */
export function formatAgo(timeMs: number, nowMs: number): string {
  const seconds = Math.round((nowMs - timeMs) / 1000)
  if (seconds < 45) return t("time.just_now")
  const relative = new Intl.RelativeTimeFormat(current, { numeric: "auto" })
  if (seconds < 45 * 60) return relative.format(-Math.max(1, Math.round(seconds / 60)), "minute")
  if (seconds < 22 * 3600) return relative.format(-Math.max(1, Math.round(seconds / 3600)), "hour")
  if (seconds < 7 * 86_400) return relative.format(-Math.max(1, Math.round(seconds / 86_400)), "day")
  return formatDate(timeMs)
}

/** "14:05": a time of a day that stands beside it. */
export function formatTime(timeMs: number): string {
  return new Intl.DateTimeFormat(current, { timeStyle: "short" }).format(timeMs)
}

/** "11 Dec 2026, 14:05". */
export function formatMoment(timeMs: number): string {
  return new Intl.DateTimeFormat(current, { dateStyle: "medium", timeStyle: "short" }).format(timeMs)
}

/** "11 Dec 2026": a day, for what ends or began then. */
export function formatDate(timeMs: number): string {
  return new Intl.DateTimeFormat(current, { dateStyle: "medium" }).format(timeMs)
}

/** "11 Dec 2026, 14:05". */
export function formatDateTime(timeMs: number): string {
  return new Intl.DateTimeFormat(current, { dateStyle: "medium", timeStyle: "short" }).format(timeMs)
}
