import "../../ui/history/history.css"
import "./sessions.css"
import { useCallback, useEffect, useState, type JSX } from "react"
import type { Api } from "../../sync/http"
import { Loaded } from "../../ui/account/SettingsDialog"
import { Button } from "../../ui/Button"
import { ConfirmDialog, Dialog } from "../../ui/Dialog"
import { Icon } from "../../ui/icons"
import { Segments } from "../../ui/Segments"
import type { Me } from "../../wire/api"
import type { Session } from "../../wire/sessions"
import { formatAgo, formatMemory, formatMoment, t, type WordKey } from "../../words/words"
import { errorText, orToast } from "../errors"
import { navigate } from "../router"
import { notebookHref, routeOf } from "../routes"
import { flavorWords } from "../runtime/flavor_words"
import { KeptFiles } from "./KeptFiles"

interface SessionsWindowProps {
  readonly api: Api
  readonly user: Me["user"]
  readonly onClose: () => void
}

const everyMs = 3000

/** All that lives of one's own, or, for administrators, of everybody; it follows what happens. */
export function SessionsWindow({ api, user, onClose }: SessionsWindowProps): JSX.Element {
  const [all, setAll] = useState(false)
  const { sessions, error, reload } = useSessions(api, all)
  const [asked, setAsked] = useState<Session | "others" | null>(null)
  const here = routeOf(location.pathname)
  const isHere = ({ notebook, mine }: Session): boolean =>
    mine && here.page === "notebook" && notebook?.id === here.id
  const others = (sessions ?? []).filter((session) => session.mine && !isHere(session) && session.state !== "ending")
  const end = async (which: readonly Session[]): Promise<void> => {
    await orToast(Promise.all(which.map(({ id }) => api.sessions.end(id))))
    await reload()
  }
  return (
    <Dialog isOpen size="large" title={t("machines.title")} onClose={onClose} footer={
      others.length > 0 && !all && (sessions ?? []).some(isHere) && (
        <Button variant="quiet" onPress={() => setAsked("others")}>{t("machines.end_others")}</Button>
      )
    }>
      <p>{t("machines.text")}</p>
      {user.role === "owner" && (
        <Segments label={t("machines.whose")} chosen={all ? "all" : "mine"} onChange={(chosen) => setAll(chosen === "all")}
          options={[{ id: "mine", label: t("machines.mine") }, { id: "all", label: t("machines.all") }]} />
      )}
      <Loaded value={sessions} error={sessions === null ? error : null} onRetry={() => void reload()}>
        {(list) => list.length === 0 ? <p className="r-none">{t("machines.none")}</p> : (
          <ul className="c-rows" aria-label={t("machines.title")}>
            {list.map((session) => (
              <Row key={session.id} session={session} isHere={isHere(session)} onEnd={() => setAsked(session)}
                onOpen={() => {
                  if (!session.notebook) return
                  onClose()
                  navigate(notebookHref(session.notebook.id))
                }} />
            ))}
          </ul>
        )}
      </Loaded>
      {!all && <KeptFiles api={api} />}
      <ConfirmDialog isOpen={asked !== null} danger confirmLabel={t("machines.end")} onClose={() => setAsked(null)}
        title={t(asked === "others" ? "machines.end_others_title" : "machines.end_title")}
        text={asked === "others" ? t("machines.end_others_text", { count: others.length })
          : asked && !asked.mine ? t("machines.end_theirs_text", { title: titleOf(asked), name: personOf(asked) })
            : t("machines.end_text", { title: asked ? titleOf(asked) : "" })}
        onConfirm={() => asked === null ? undefined : end(asked === "others" ? others : [asked])} />
    </Dialog>
  )
}

interface Sessions {
  /** Null while they are loaded. */
  readonly sessions: readonly Session[] | null
  readonly error: string | null
  readonly reload: () => Promise<void>
}

function useSessions(api: Api, all: boolean): Sessions {
  const [sessions, setSessions] = useState<readonly Session[] | null>(null)
  const [error, setError] = useState<string | null>(null)
  const reload = useCallback(async () => {
    try {
      setSessions(await api.sessions.sessions(all))
      setError(null)
    } catch (failure) {
      setError(errorText(failure))
    }
  }, [api, all])
  useEffect(() => {
    void reload()
    const timer = setInterval(() => {
      if (!document.hidden) void reload()
    }, everyMs)
    return () => clearInterval(timer)
  }, [reload])
  return { sessions, error, reload }
}

const personOf = ({ user }: Session): string => user.name || user.email
const titleOf = (session: Session): string => session.notebook?.title ?? t("machines.of", { name: personOf(session) })

function stateWords({ state, kernel }: Session): WordKey {
  if (state === "ended" || state === "ending") return "machines.state.ending"
  if (state !== "ready") return `machines.state.${state}`
  if (kernel === "busy" || kernel === "dead") return `machines.state.${kernel}`
  return kernel === "starting" || kernel === "restarting" ? "machines.state.starting" : "machines.state.idle"
}

interface RowProps {
  readonly session: Session
  readonly isHere: boolean
  readonly onOpen: () => void
  readonly onEnd: () => void
}

function Row({ session, isHere, onOpen, onEnd }: RowProps): JSX.Element {
  const { notebook, mine, used_ms: usedMs, since_ms: sinceMs } = session
  const now = Date.now()
  const isBusy = session.kernel === "busy"
  const facts = [
    mine ? null : personOf(session),
    flavorWords(session),
    session.memory_limit > 0 ? t("machines.memory", {
      used: formatMemory(session.memory_used), total: formatMemory(session.memory_limit),
    }) : null,
    usedMs > 0 ? t("machines.ran", { when: formatAgo(usedMs, now) }) : t("machines.never_ran"),
    sinceMs > 0 ? t("machines.since", { when: formatMoment(sinceMs) }) : null,
  ].filter((fact) => fact !== null)
  return (
    <li className="c-row">
      <Icon name={session.accelerators.length > 0 ? "memory" : "cpu"} size={20} />
      <div className="c-row-words">
        <strong>
          {notebook && !isHere
            ? <a href={notebookHref(notebook.id)} onClick={(event) => {
              if (event.ctrlKey || event.metaKey || event.shiftKey) return
              event.preventDefault()
              onOpen()
            }}>{notebook.title}</a> : titleOf(session)}
          {isHere && <span className="r-mark">{t("machines.this")}</span>}
          <span className={`r-mark ${isBusy ? "r-mark-busy" : ""}`}>{t(stateWords(session))}</span>
          {session.accelerators.map(({ id, title }) => <span key={id} className="r-mark r-mark-device">{title}</span>)}
        </strong>
        <span>{facts.join(" · ")}</span>
      </div>
      <Button size="small" icon="trash" isDisabled={session.state === "ending"} onPress={onEnd}
        aria-label={t("machines.end_label", { title: titleOf(session) })}>{t("machines.end")}</Button>
    </li>
  )
}
