import { useEffect, type JSX } from "react"
import type { NotebookSession } from "../../sync/session"
import { Meter } from "../../ui/Meter"
import { dismissToast, showToast } from "../../ui/toast"
import type { AcceleratorMeter, Meters, MeterNotice } from "../../wire/meters"
import { formatMemory, formatPercent, formatTime, t } from "../../words/words"

function usedOf(used: number, total: number): string {
  return total > 0 ? t("runtime.used_of", { used: formatMemory(used), total: formatMemory(total) })
    : formatMemory(used)
}

/** What the bars of an accelerator say; null where the card can't tell, which is not nothing. */
export function acceleratorWords(meter: AcceleratorMeter): { readonly memory: string; readonly use: string } {
  const shared = meter.shared_with > 0 ? ` · ${t("runtime.gpu_shared", { count: meter.shared_with })}` : ""
  const memory = meter.memory_used === null ? t("runtime.not_available") : usedOf(meter.memory_used, meter.memory_total)
  const use = meter.utilization === null ? t("runtime.not_available")
    : formatPercent(meter.utilization)
  return { memory: `${meter.title}: ${memory}${shared}`, use: `${meter.title}: ${use}${shared}` }
}

/** The small bars in the Connect button: memory and disk, and two for each accelerator, at most two of these. */
export function RuntimeMeters({ meters }: { readonly meters: Meters }): JSX.Element {
  return (
    <span className="n-runtime-meters-all">
      <span className="n-runtime-meters">
        <Meter compact label={t("runtime.memory")} value={meters.memory_used} max={meters.memory_limit}
          valueText={usedOf(meters.memory_used, meters.memory_limit)} />
        <Meter compact label={t("runtime.disk")} value={meters.disk_used} max={meters.disk_total}
          valueText={usedOf(meters.disk_used, meters.disk_total)} />
      </span>
      {meters.accelerators.slice(0, 2).map((meter) => {
        const words = acceleratorWords(meter)
        return (
          <span key={meter.id} className="n-runtime-meters n-runtime-gpu">
            <Meter compact label={t("runtime.gpu_memory")} value={meter.memory_used}
              max={meter.memory_total} valueText={words.memory} />
            <Meter compact label={t("runtime.gpu")} value={meter.utilization} max={1}
              calm valueText={words.use} />
          </span>
        )
      })}
    </span>
  )
}

export function noticeWords(notice: MeterNotice): string {
  if (notice.kind === "host_disk_full") return t("runtime.disk_full")
  return notice.kind === "accelerator_reclaim"
    ? t("runtime.gpu_reclaim", { time: formatTime(notice.ends_ms) })
    : t("runtime.gpu_unused")
}

/** Tells a person once who has a GPU and does not use it. */
export function useMeterNotices(session: NotebookSession): void {
  useEffect(() => {
    let told = ""
    let toast: number | null = null
    return session.subscribe(() => {
      const { meters, lease } = session.view
      // No meters for a moment is no news; a notice that went away may come again.
      if (meters === null && lease?.state !== "ended") return
      const notice = meters?.notice ?? null
      const kind = notice?.kind ?? ""
      if (kind === told) return
      // What was told has changed: it is used now, or the runtime has ended.
      if (toast !== null) dismissToast(toast)
      toast = notice ? showToast({ text: noticeWords(notice), level: "warning", timeoutMs: 0 }) : null
      told = kind
    })
  }, [session])
}
