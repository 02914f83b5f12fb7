import { useEffect, useRef, useState, type JSX } from "react"
import { bySession } from "../../model/executed"
import { highlight } from "../../output/code_highlight"
import type { Executed } from "../../wire/history"
import { personName } from "../../words/person_name"
import { formatBytes, formatMoment, formatTime, t, tn } from "../../words/words"
import { Button, IconButton } from "../Button"
import { Icon } from "../icons"
import { PersonBadge } from "../PersonBadge"
import { colorOf } from "./revision_words"

interface ExecutedListProps {
  readonly entries: readonly Executed[]
  /** The session that goes on; empty: none. */
  readonly runtime: string
  /** How long something took, in words. */
  readonly duration: (ms: number) => string
  /** Whether its cell is in the notebook. */
  readonly isThere: (entry: Executed) => boolean
  readonly onGo: (entry: Executed) => void
  readonly onCopy: (entry: Executed) => void
  /** Null: nothing can be inserted. */
  readonly onInsert: ((entry: Executed) => void) | null
}

/** The code that ran, session by session, the newest first. */
export function ExecutedList(props: ExecutedListProps): JSX.Element {
  if (props.entries.length === 0) return <p className="h-nothing">{t("executed.none")}</p>
  return (
    <div className="h-executed">
      {bySession(props.entries).map(({ runtime, started_ms, entries }) => (
        <section key={runtime} aria-label={formatMoment(started_ms)}>
          <h3 className="h-session">
            <span>
              {t(runtime === props.runtime ? "executed.session_now" : "executed.session", { when: formatMoment(started_ms) })}
            </span>
            <small>{tn("executed.ran", entries.length)}</small>
          </h3>
          <ol>
            {entries.map((entry) => <Entry key={entry.execution} entry={entry} {...props} />)}
          </ol>
        </section>
      ))}
    </div>
  )
}

const fewLines = 12

function Entry({ entry, duration, isThere, onGo, onCopy, onInsert }: ExecutedListProps & { readonly entry: Executed }): JSX.Element {
  const [whole, setWhole] = useState(false)
  const lines = entry.source.split("\n")
  const isLong = lines.length > fewLines + 2
  const shown = whole || !isLong ? entry.source : lines.slice(0, fewLines).join("\n")
  return (
    <li className="h-run">
      <div className="h-run-head">
        <span className="h-run-count">[{entry.count > 0 ? entry.count : " "}]</span>
        <Outcome entry={entry} duration={duration} />
        <time>{formatTime(entry.started_ms)}</time>
        <span className="h-run-by">
          <PersonBadge small name={personName(entry.by.name)} color={colorOf(entry.by.user)} />{personName(entry.by.name)}
        </span>
        <span className="h-run-actions">
          {isThere(entry) && <IconButton label={t("executed.go")} icon="external" size={18} onPress={() => onGo(entry)} />}
          <IconButton label={t("executed.copy")} icon="copy" size={18} onPress={() => onCopy(entry)} />
          {onInsert && <IconButton label={t("executed.insert")} icon="add" size={18} onPress={() => onInsert(entry)} />}
        </span>
      </div>
      <Code source={shown} />
      {isLong && !whole && (
        <Button variant="plain" size="small" onPress={() => setWhole(true)}>
          {t("executed.whole", { count: lines.length })}
        </Button>
      )}
      {entry.source_bytes > entry.source.length * 3 &&
        <p className="h-empty">{t("executed.cut", { size: formatBytes(entry.source_bytes) })}</p>}
    </li>
  )
}

function Outcome({ entry, duration }: Pick<ExecutedListProps, "duration"> & { readonly entry: Executed }): JSX.Element {
  const took = duration(entry.finished_ms - entry.started_ms)
  switch (entry.status) {
    case "": return <span className="h-outcome"><Icon name="play" size={16} />{t("executed.running")}</span>
    case "ok":
      return <span className="h-outcome h-outcome-ok"><Icon name="success" size={16} />{t("executed.ok", { duration: took })}</span>
    case "error":
      return <span className="h-outcome h-outcome-error"><Icon name="error" size={16} />{t("executed.error", { duration: took })}</span>
    case "aborted":
      return <span className="h-outcome"><Icon name="stop" size={16} />{t("executed.aborted", { duration: took })}</span>
  }
}

function Code({ source }: { readonly source: string }): JSX.Element {
  const code = useRef<HTMLElement>(null)
  useEffect(() => {
    if (!code.current) return
    code.current.textContent = source
    highlight(code.current)
  }, [source])
  return <pre className="h-code" tabIndex={0} aria-label={t("executed.code")}><code ref={code} /></pre>
}
