import type { JSX } from "react"
import type { SessionEntry } from "../../wire/account"
import { formatAgo, t } from "../../words/words"
import { Button } from "../Button"
import { Icon } from "../icons"
import { deviceWords } from "./device"

interface SessionsSectionProps {
  readonly sessions: readonly SessionEntry[]
  readonly onEnd: (id: string) => void
  readonly onEndOthers: () => void
}

/** The browsers that one is signed in with, this one first. */
export function SessionsSection({ sessions, onEnd, onEndOthers }: SessionsSectionProps): JSX.Element {
  const sorted = [...sessions].sort((a, b) => Number(b.current) - Number(a.current))
  return (
    <>
      <p className="c-hint">{t("sessions.text")}</p>
      <ul className="c-rows" aria-label={t("settings.sessions")}>
        {sorted.map((session) => <Session key={session.id} session={session} onEnd={onEnd} />)}
      </ul>
      {sessions.length > 1 &&
        <div className="c-form-row"><Button onPress={onEndOthers}>{t("sessions.end_others")}</Button></div>}
    </>
  )
}

function Session(
  { session, onEnd }: { readonly session: SessionEntry; readonly onEnd: (id: string) => void },
): JSX.Element {
  const device = deviceWords(session.user_agent)
  return (
    <li className="c-row">
      <Icon name="monitor" />
      <div className="c-row-words">
        <strong title={session.user_agent}>{device}</strong>
        <span>
          {t("sessions.seen", { address: session.address, ago: formatAgo(session.last_seen_ms, Date.now()) })}
        </span>
      </div>
      {session.current ? <span className="c-tag c-tag-good">{t("sessions.this")}</span> : (
        <Button size="small" aria-label={t("sessions.end_label", { device })} onPress={() => onEnd(session.id)}>
          {t("sessions.end")}
        </Button>
      )}
    </li>
  )
}
