import type { JSX } from "react"
import { Label, Meter as AriaMeter } from "react-aria-components"
import { t } from "../words/words"

interface MeterProps {
  readonly label: string
  /** null: it can't be told, which is shown in words and never as empty. */
  readonly value: number | null
  /** 0 or less: unknown, which is shown as such and never as empty. */
  readonly max: number
  /** What the bar says in words: "1.2 / 8 GB". */
  readonly valueText: string
  /** One short line: label, bar, and the words as a hover title. */
  readonly compact?: boolean
  /** Much is good: it neither warns nor alarms. */
  readonly calm?: boolean
}

/** A bar for how much of something is used; it warns from 80 % and alarms from 95 %. */
export function Meter({
  label, value, max, valueText, compact = false, calm = false,
}: MeterProps): JSX.Element {
  const share = max > 0 ? Math.min(1, Math.max(0, (value ?? 0) / max)) : 0
  const level = calm ? "calm" : share >= 0.95 ? "alarm" : share >= 0.8 ? "warn" : "calm"
  return (
    <AriaMeter value={share} maxValue={1} valueLabel={valueText}
      className={`c-meter c-meter-${level} ${compact ? "c-meter-compact" : ""}`}>
      <Label className="c-meter-label">{label}</Label>
      <span className="c-meter-value" title={compact ? valueText : undefined}>
        {compact ? "" : valueText}
      </span>
      {value === null ? <span className="c-meter-unknown" title={valueText}>{t("runtime.not_available")}</span> : (
        <div className="c-meter-track" title={valueText}>
          <div className="c-meter-fill" style={{ width: `${share * 100}%` }} />
        </div>
      )}
    </AriaMeter>
  )
}
