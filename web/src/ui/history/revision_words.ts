/** Revisions in words. */
import type { Author, Revision } from "../../wire/history"
import type { UserId } from "../../wire/ids"
import { language } from "../../words/language"
import { personName } from "../../words/person_name"
import { formatDate, formatMoment, formatTime, t, tn } from "../../words/words"

/** What changed since the revision before, shortly. */
export function changesText({ changed }: Revision): string {
  if (!changed) return ""
  const words = [
    ...(changed.changed > 0 ? [tn("revisions.changed", changed.changed)] : []),
    ...(changed.added > 0 ? [tn("revisions.added", changed.added)] : []),
    ...(changed.deleted > 0 ? [tn("revisions.deleted", changed.deleted)] : []),
    ...(changed.moved > 0 ? [tn("revisions.moved", changed.moved)] : []),
    ...(changed.outputs > 0 ? [tn("revisions.outputs", changed.outputs)] : []),
    ...(changed.notebook ? [t("revisions.notebook")] : []),
  ]
  return words.length === 0 ? t("revisions.unchanged") : listOf(words)
}

export function listOf(words: readonly string[]): string {
  return new Intl.ListFormat(language(), { type: "unit" }).format(words)
}

export function authorsText(authors: readonly Author[]): string {
  const names = authors.filter(({ name }) => name !== "").map(({ name }) => personName(name))
  return names.length === 0 ? "" : t("revisions.by", { names: listOf(names) })
}

/** Why it was made, where that is worth a word. */
export function kindText({ kind }: Revision): string {
  switch (kind) {
    case "now":
    case "automatic":
    case "named": return ""
    default: return t(`revisions.kind.${kind}`)
  }
}

/** What a list calls it. */
export function titleOf(revision: Revision): string {
  if (revision.kind === "now") return t("revisions.now")
  return revision.name === "" ? formatTime(revision.time_ms) : revision.name
}

/** What it is called where no day stands beside it. */
export function fullTitleOf(revision: Revision): string {
  if (revision.kind === "now") return t("revisions.now")
  return revision.name === "" ? formatMoment(revision.time_ms) : revision.name
}

export function dayText(startMs: number, nowMs: number): string {
  const day = (ms: number): number => new Date(ms).setHours(0, 0, 0, 0)
  const yesterday = new Date(nowMs)
  yesterday.setDate(yesterday.getDate() - 1)
  if (startMs === day(nowMs)) return t("revisions.today")
  if (startMs === day(yesterday.getTime())) return t("revisions.yesterday")
  return formatDate(startMs)
}

/** The same person has the same colour in each list. */
export function colorOf(user: UserId): number {
  let sum = 0
  for (const unit of user) sum = (sum * 31 + unit.charCodeAt(0)) % 10_007
  return sum % 10
}
