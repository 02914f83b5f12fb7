import type { JSX } from "react"
import { Label, RadioButton, RadioField, RadioGroup } from "react-aria-components"
import type { FlavorEntry } from "../../wire/api"
import { formatMemory, formatNumber, t, tn } from "../../words/words"
import { Icon, type IconName } from "../icons"
import { dayText, hoursText, waitText } from "./words"

const icons: Readonly<Record<FlavorEntry["kind"], IconName>> = { cpu: "cpu", gpu: "monitor", tpu: "memory" }

interface FlavorCardsProps {
  readonly flavors: readonly FlavorEntry[]
  readonly chosen: string
  readonly onChange: (name: string) => void
}

/** Everything that one can have, with what it is and what is free of it. */
export function FlavorCards({ flavors, chosen, onChange }: FlavorCardsProps): JSX.Element {
  return (
    <RadioGroup className="r-cards" value={chosen} onChange={onChange}>
      <Label className="c-field-label">{t("runtime_type.hardware")}</Label>
      <div className="r-cards-grid">
        {flavors.map((flavor) => <Card key={flavor.name} flavor={flavor} />)}
      </div>
    </RadioGroup>
  )
}

/** What the accelerator is: "2 × Tesla T4 · 16 GB · 65 TFLOPS". */
function acceleratorText({ title, count, memory_bytes, tflops }: NonNullable<FlavorEntry["accelerator"]>): string {
  const parts = [count > 1 ? t("runtime_type.several", { count, title }) : title]
  if (memory_bytes > 0) parts.push(formatMemory(memory_bytes))
  if (tflops > 0) parts.push(t("runtime_type.tflops", { tflops: formatNumber(Math.round(tflops * 10) / 10) }))
  return parts.join(" · ")
}

function Card({ flavor }: { readonly flavor: FlavorEntry }): JSX.Element {
  return (
    <RadioField value={flavor.name} isDisabled={flavor.total === 0}>
      <RadioButton className="r-card">
        <span className="r-card-head">
          <Icon name={icons[flavor.kind]} size={20} />
          <strong>{flavor.title}</strong>
          {flavor.high_ram && <span className="r-card-badge">{t("runtime_type.high_ram")}</span>}
        </span>
        {flavor.accelerator && <span>{acceleratorText(flavor.accelerator)}</span>}
        <span>
          {t("runtime_type.machine", { cpus: formatNumber(flavor.cpus), memory: formatMemory(flavor.memory_bytes) })}
        </span>
        <Availability flavor={flavor} />
        <HoursLeft flavor={flavor} />
      </RadioButton>
    </RadioField>
  )
}

function Availability({ flavor }: { readonly flavor: FlavorEntry }): JSX.Element {
  const { scheduled, free, total, waiting, expected_wait_ms } = flavor
  if (scheduled && free > 0) return <span>{t("runtime_type.scheduled")}</span>
  if (total === 0) return <span className="r-card-none">{t("runtime_type.none")}</span>
  // How many machines without an accelerator there could be says nothing: a limit, not a stock.
  const words = flavor.accelerator ? t("runtime_type.free", { free, total }) : t("runtime_type.free_plain")
  if (free > 0) return <span className="r-card-free">{words}</span>
  const parts = [t("runtime_type.busy", { total })]
  if (waiting > 0) parts.push(tn("runtime_type.waiting", waiting))
  parts.push(t("runtime_type.wait", { range: waitText(expected_wait_ms) }))
  return <span className="r-card-busy">{parts.join(" · ")}</span>
}

function HoursLeft({ flavor: { hours_left_ms, renews_ms } }: { readonly flavor: FlavorEntry }): JSX.Element | null {
  if (hours_left_ms === null) return null
  const day = renews_ms === null ? "" : dayText(renews_ms)
  if (hours_left_ms <= 0) return <span className="r-card-busy">{t("runtime_type.no_hours", { day })}</span>
  const hours = hoursText(hours_left_ms)
  return <span>{day === "" ? t("runtime_type.hours_plain", { hours }) : t("runtime_type.hours", { hours, day })}</span>
}
