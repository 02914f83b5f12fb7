import type { JSX } from "react"
import type { FlavorEntry } from "../../wire/api"
import type { Hours, QueuePlace } from "../../wire/lease"
import { formatNumber, t, tn } from "../../words/words"
import { Button } from "../Button"
import { Icon } from "../icons"
import { countdownText, dayText, hoursText, waitText } from "./words"

interface QueueStripProps {
  readonly place: QueuePlace
  /** What one waits for, in words. */
  readonly title: string
  /** What the engine's own queue says, if it does. */
  readonly detail: string
  readonly hours: Hours
  /** What is free now. */
  readonly free: readonly FlavorEntry[]
  /** What one works on while one waits; empty: nothing. */
  readonly meanwhile: string
  readonly now_ms: number
  /** The browser can tell of one's turn once it is allowed to. */
  readonly mayAsk: boolean
  readonly onAsk: () => void
  readonly onUse: (flavor: FlavorEntry) => void
  readonly onStartOn: (flavor: FlavorEntry) => void
  readonly onClaim: () => void
  readonly onLeave: () => void
}

/** Where one stands in the queue, why, for how long, and what else can be done. */
export function QueueStrip(props: QueueStripProps): JSX.Element {
  const until_ms = props.place.offered_until_ms
  return (
    <section className={until_ms === null ? "r-strip r-waiting" : "r-strip"} aria-label={t("queue.label")}>
      {until_ms === null ? <Waiting {...props} /> : <Offer {...props} until_ms={until_ms} />}
    </section>
  )
}

function Offer({ title, until_ms, now_ms, meanwhile, onClaim, onLeave }: QueueStripProps & { readonly until_ms: number }): JSX.Element {
  return (
    <>
      <Icon name="success" size={20} />
      <div className="r-strip-words">
        <p role="status"><strong>{t("queue.offer", { title })}</strong></p>
        <p>
          {t("queue.offer_text", { time: countdownText(until_ms - now_ms) })}
          {meanwhile !== "" && ` ${t("queue.offer_meanwhile")}`}
        </p>
      </div>
      <div className="r-strip-acts">
        <Button variant="primary" size="small" onPress={onClaim}>{t("queue.claim")}</Button>
        <Button variant="plain" size="small" onPress={onLeave}>{t("queue.leave")}</Button>
      </div>
    </>
  )
}

function placeText({ position, ahead }: QueuePlace): string[] {
  if (position === null || ahead === null) return []
  if (ahead === 0) return [t("queue.first")]
  return [t("queue.position", { position: formatNumber(position) }), tn("queue.ahead", ahead)]
}

function hoursLeft({ left_ms, renews_ms }: Hours): string {
  if (left_ms === null || renews_ms === null) return ""
  const day = dayText(renews_ms)
  return left_ms <= 0 ? t("queue.no_hours", { day }) : t("queue.hours", { hours: hoursText(left_ms), day })
}

function Waiting(props: QueueStripProps): JSX.Element {
  const { place, title, detail, hours, free, meanwhile, now_ms } = props
  const wait = place.expected_ms === null ? null : place.expected_ms - now_ms
  const why = place.why === "scheduler" && detail !== "" ? detail : t(`queue.why.${place.why}`)
  const aside = free.find(({ kind }) => kind === "cpu")
  const titles = [...new Set(free.map((each) => each.title))]
  return (
    <>
      <Icon name="people" size={20} />
      <div className="r-strip-words">
        <p role="status">
          <strong>{t("queue.title", { title })}</strong>{" "}
          <span>{[...placeText(place), t("queue.expected", { range: waitText(wait) })].join(" · ")}</span>
        </p>
        <p>{[why, hoursLeft(hours)].filter((words) => words !== "").join(" ")}</p>
        <p className="c-hint">
          {meanwhile !== "" && `${t("queue.meanwhile", { title: meanwhile })} `}
          {meanwhile === "" && free.length > 0 && `${t("queue.free", { titles: titles.join(", ") })} `}
          {t("queue.kept")}
        </p>
      </div>
      <div className="r-strip-acts">
        {meanwhile === "" && aside && (
          <>
            <Button size="small" onPress={() => props.onStartOn(aside)}>{t("queue.start_on", { title: aside.title })}</Button>
            <Button size="small" onPress={() => props.onUse(aside)}>{t("queue.use", { title: aside.title })}</Button>
          </>
        )}
        {meanwhile === "" && free.filter(({ kind }) => kind !== "cpu").slice(0, 2).map((flavor) => (
          <Button key={flavor.name} size="small" onPress={() => props.onUse(flavor)}>{t("queue.use", { title: flavor.title })}</Button>
        ))}
        {props.mayAsk && (
          <Button variant="plain" size="small" onPress={props.onAsk}>{t("queue.tell")}</Button>
        )}
        <Button variant="plain" size="small" onPress={props.onLeave}>{t("queue.leave")}</Button>
      </div>
    </>
  )
}
