import "./sessions.css"
import { useEffect, useRef, useState, type JSX } from "react"
import { historyOf, isTold, noHistory, withMeters, type Column, type ResourceHistory } from "../../model/resource_history"
import type { Api } from "../../sync/http"
import { Button, IconButton } from "../../ui/Button"
import { useRootClass } from "../../ui/root_class"
import type { Lease } from "../../wire/lease"
import type { Meters } from "../../wire/meters"
import { formatMemory, formatMoment, formatNumber, t, tn } from "../../words/words"
import { useNotebook, useSession } from "../notebook/context"
import { durationText } from "../notebook/duration"
import type { PanelProps } from "../notebook/runtime_panels"
import { secondMs, useClock } from "../clock"
import { flavorWords } from "../runtime/flavor_words"
import { Chart } from "./Chart"

/** What the runtime in use has and uses, over its time, beside the notebook. */
export function ResourcesPane({ api, onClose }: PanelProps): JSX.Element {
  const { session, windows } = useNotebook()
  useRootClass("with-resources")
  const lease = useSession(session, (view) => view.lease)
  const lives = lease?.state === "ready"
  const history = useHistory(api, lives ? lease.id : null)
  return (
    <aside className="r-pane" aria-label={t("resources.title")}>
      <header className="r-head">
        <h2>{t("resources.title")}</h2>
        <IconButton icon="close" label={t("action.close")} onPress={onClose} />
      </header>
      {!lives ? <p className="r-none">{t("resources.none")}</p> : (
        <>
          <Facts lease={lease} />
          {history.time_ms.length === 0 ? <p className="r-none">{t("resources.waiting")}</p>
            : <Charts history={history} />}
          <footer className="r-foot">
            <Button size="small" icon="text" onPress={() => windows.show("log")}>{t("menu.logs")}</Button>
          </footer>
        </>
      )}
    </aside>
  )
}

/** From the server once, and live from then on. */
function useHistory(api: Api, runtime: string | null): ResourceHistory {
  const { session } = useNotebook()
  const [history, setHistory] = useState<ResourceHistory>(noHistory)
  const meters = useSession(session, (view) => view.meters)
  const seen = useRef(meters)
  // What comes live before the server's answer may be later than what is in that; null once it is there.
  const early = useRef<(readonly [Meters, number])[] | null>(null)
  useEffect(() => {
    let alive = true
    setHistory(noHistory)
    if (runtime === null) return
    const live: (readonly [Meters, number])[] = []
    early.current = live
    const got = (history?: ResourceHistory): void => {
      if (!alive) return
      early.current = null
      if (history) setHistory(live.reduce((all, [each, atMs]) => withMeters(all, each, atMs), history))
    }
    api.sessions.resources(runtime).then((points) => got(historyOf(points)), () => got())
    return () => {
      alive = false
      early.current = null
    }
  }, [api, runtime])
  useEffect(() => {
    if (meters === null || meters === seen.current) return
    seen.current = meters
    const nowMs = Date.now()
    early.current?.push([meters, nowMs])
    setHistory((now) => withMeters(now, meters, nowMs))
  }, [meters])
  return history
}

function Facts({ lease }: { readonly lease: Lease }): JSX.Element {
  const now = useClock(10 * secondMs)
  const { kernel } = lease
  const facts: readonly (readonly [string, string])[] = [
    [t("resources.runtime"), [flavorWords(lease), lease.image].filter((part) => part !== "").join(" · ")],
    [t("resources.kernel"), [kernel.name, kernel.language].filter((part) => part !== "").join(" · ")],
    [t("resources.since"), lease.since_ms > 0 ? formatMoment(lease.since_ms) : "–"],
    [t("resources.left"), lease.ends_ms > 0 ? durationText(Math.max(0, lease.ends_ms - now)) : t("resources.no_end")],
  ]
  return (
    <dl className="r-facts">
      {facts.map(([name, value]) => <div key={name}><dt>{name}</dt><dd>{value}</dd></div>)}
    </dl>
  )
}

const percent = (value: number): string => `${formatNumber(Math.round(value * 100))} %`
const cores = (value: number): string => tn("resources.cores", Math.round(value * 10) / 10)

function Charts({ history }: { readonly history: ResourceHistory }): JSX.Element {
  const { time_ms: times } = history
  const highest = (column: Column): number => Math.max(1, ...column.map((value) => value ?? 0))
  return (
    <div className="r-charts">
      <Chart name={t("resources.ram")} times={times} values={history.memory_used} most={history.memory_limit}
        format={formatMemory} />
      <Chart name={t("resources.cpu")} times={times} values={history.cpu} most={0} top={Math.ceil(highest(history.cpu))}
        format={cores} scale={formatNumber} />
      <Chart name={t("resources.disk")} times={times} values={history.disk_used} most={history.disk_total}
        format={formatMemory} />
      {history.accelerators.map((each) => (
        <div key={each.id} className="r-charts">
          <Told name={t("resources.memory_of", { title: each.title })} times={times} values={each.memory_used}
            most={each.memory_total} format={formatMemory} />
          <Told name={t("resources.work_of", { title: each.title })} times={times} values={each.utilization}
            most={1} format={percent} />
        </div>
      ))}
    </div>
  )
}

type ToldProps = Parameters<typeof Chart>[0]

/** A device that does not tell is said so, never drawn as idle. */
function Told(props: ToldProps): JSX.Element {
  if (isTold(props.values)) return <Chart {...props} />
  return (
    <section className="r-chart" aria-label={props.name}>
      <p className="r-chart-head"><span>{props.name}</span><strong>{t("resources.not_told")}</strong></p>
    </section>
  )
}
