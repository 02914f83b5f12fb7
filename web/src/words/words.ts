/**
 * All words that a person reads: one table per language. Values are put in as text; nothing here makes HTML.
 */
import { accountEn } from "./account_en"
import { accountZh } from "./account_zh"
import { commentsEn } from "./comments_en"
import { commentsZh } from "./comments_zh"
import { en } from "./en"
import { frameEn } from "./frame_en"
import { frameZh } from "./frame_zh"
import { historyEn } from "./history_en"
import { historyZh } from "./history_zh"
import { language, type Language } from "./language"
import { localEn } from "./local_en"
import { localZh } from "./local_zh"
import { notebookEn } from "./notebook_en"
import { notebookZh } from "./notebook_zh"
import { outputsEn } from "./outputs_en"
import { outputsZh } from "./outputs_zh"
import { runtimeEn } from "./runtime_en"
import { runtimeZh } from "./runtime_zh"
import { sessionsEn } from "./sessions_en"
import { sessionsZh } from "./sessions_zh"
import { sharingEn } from "./sharing_en"
import { sharingZh } from "./sharing_zh"
import { togetherEn } from "./together_en"
import { togetherZh } from "./together_zh"
import { zhCn } from "./zh_cn"

const english = {
  ...en, ...accountEn, ...commentsEn, ...historyEn, ...notebookEn, ...togetherEn, ...sharingEn, ...runtimeEn,
  ...sessionsEn, ...outputsEn, ...frameEn, ...localEn,
}
export type WordKey = keyof typeof english
type Table = Record<WordKey, string>

export const tables: Record<Language, Table> = {
  en: english,
  "zh-CN": {
    ...zhCn, ...accountZh, ...commentsZh, ...historyZh, ...notebookZh, ...togetherZh, ...sharingZh, ...runtimeZh,
    ...sessionsZh, ...outputsZh, ...frameZh, ...localZh,
  },
}

type Counted<Key> = Key extends `${infer Base}.other` ? Base : never
export type CountKey = Counted<WordKey>
export type Values = Readonly<Record<string, string | number>>

/** The words for `key` in the current language, with `{name}` replaced by `values.name`. */
export function t(key: WordKey, values?: Values): string {
  return fill(tables[language()][key], values)
}

/** Like `t` for things that are counted: `base.one` or `base.other`, with `{count}` filled in. */
export function tn(base: CountKey, count: number, values?: Values): string {
  const form = new Intl.PluralRules(language()).select(count) === "one" ? "one" : "other"
  const table: Readonly<Record<string, string>> = tables[language()]
  const words = table[`${base}.${form}`] ?? table[`${base}.other`] ?? ""
  return fill(words, { count: formatNumber(count), ...values })
}

function fill(words: string, values: Values | undefined): string {
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

/** Bytes as a person reads them: "512 B", "1.4 MB" (powers of 1000). */
export function formatBytes(bytes: number): string {
  const units = ["byte", "kilobyte", "megabyte", "gigabyte", "terabyte"]
  let value = bytes
  let unit = 0
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1000
    unit += 1
  }
  return new Intl.NumberFormat(language(), {
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
