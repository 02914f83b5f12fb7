import type { JSX } from "react"
import { Label, Meter as AriaMeter } from "react-aria-components"

interface MeterProps {
  readonly label: string
  readonly value: number
  /** 0 or less: unknown, which is shown as such and never as empty. */
  readonly max: number
  /** What the bar says in words: "1.2 / 8 GB". */
  readonly valueText: string
  /** One short line: label, bar, and the words as a hover title. */
  readonly compact?: boolean
}

/** A bar for how much of something is used; it warns from 80 % and alarms from 95 %. */
export function Meter({ label, value, max, valueText, compact = false }: MeterProps): JSX.Element {
  const share = max > 0 ? Math.min(1, Math.max(0, value / max)) : 0
  const level = share >= 0.95 ? "alarm" : share >= 0.8 ? "warn" : "calm"
  return (
    <AriaMeter value={share} maxValue={1} valueLabel={valueText}
      className={`c-meter c-meter-${level} ${compact ? "c-meter-compact" : ""}`}>
      <Label className="c-meter-label">{label}</Label>
      <span className="c-meter-value" title={compact ? valueText : undefined}>
        {compact ? "" : valueText}
      </span>
      <div className="c-meter-track" title={valueText}>
        <div className="c-meter-fill" style={{ width: `${share * 100}%` }} />
      </div>
    </AriaMeter>
  )
}
