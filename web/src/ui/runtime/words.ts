/** What the parts about runtimes say in the same words. */
import { waitRange } from "../../model/wait_range"
import { language } from "../../words/language"
import { t } from "../../words/words"

function spanText(ms: number): string {
  const minutes = Math.round(ms / 60_000)
  const [value, unit] = minutes < 60 ? [minutes, "minute"] as const : [Math.round(minutes / 6) / 10, "hour"] as const
  return new Intl.NumberFormat(language(), { style: "unit", unit, unitDisplay: "long", maximumFractionDigits: 1 }).format(value)
}

/** "5 minutes to 15 minutes"; null: nobody can tell. */
export function waitText(wait_ms: number | null): string {
  if (wait_ms === null) return t("wait.unknown")
  const { from_ms, to_ms } = waitRange(wait_ms)
  if (to_ms === null) return t("wait.over", { from: spanText(from_ms) })
  if (from_ms === 0) return t("wait.under", { to: spanText(to_ms) })
  return t("wait.between", { from: spanText(from_ms), to: spanText(to_ms) })
}

export const hoursText = (ms: number): string => spanText(Math.max(0, ms))

/** "Friday 4 December": when hours renew, at most some weeks away. */
export function dayText(time_ms: number): string {
  return new Intl.DateTimeFormat(language(), { weekday: "long", day: "numeric", month: "long" }).format(time_ms)
}

/** "9:58", "1:02:03": what is left of a time. */
export function countdownText(ms: number): string {
  const seconds = Math.max(0, Math.ceil(ms / 1000))
  const two = (value: number): string => String(value).padStart(2, "0")
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60]
  const tail = two(seconds % 60)
  return hours > 0 ? `${hours}:${two(minutes)}:${tail}` : `${minutes}:${tail}`
}
