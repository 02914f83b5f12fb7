/** How long something took, as a person reads it: "120 ms", "3.4 s", "2 min 5 s", "1 h 4 min". */
import { language } from "../../words/language"

type Unit = "millisecond" | "second" | "minute" | "hour"

export function durationText(ms: number): string {
  const say = (value: number, unit: Unit, digits = 0): string =>
    new Intl.NumberFormat(language(), {
      style: "unit", unit, unitDisplay: "short", maximumFractionDigits: digits,
    }).format(value)
  const whole = Math.max(0, Math.round(ms))
  if (whole < 1000) return say(whole, "millisecond")
  if (whole < 59_950) return say(whole / 1000, "second", 1)
  const seconds = Math.round(whole / 1000)
  if (seconds < 3600) return `${say(Math.floor(seconds / 60), "minute")} ${say(seconds % 60, "second")}`
  const minutes = Math.round(seconds / 60)
  return `${say(Math.floor(minutes / 60), "hour")} ${say(minutes % 60, "minute")}`
}
