import { useEffect, useRef, useSyncExternalStore, type JSX } from "react"
import { Button as AriaButton } from "react-aria-components"
import { runningCell, type Cell, type NotebookState } from "../../../model/notebook_state"
import { runProgress, type RunProgress } from "../../../model/run_progress"
import { emptyView, type SessionView } from "../../../sync/session_view"
import { Icon, type IconName } from "../../../ui/icons"
import { Spinner } from "../../../ui/Spinner"
import { formatTime, t, type WordKey } from "../../../words/words"
import { secondMs, useClock } from "../../clock"
import { useFrame, useNotebook, useSession, useTabs } from "../context"
import { durationText } from "../duration"
import { useRunNotices } from "../run_notices"
import { keySettings, setKeys, subscribeKeys } from "../registry/key_settings"
import { perform } from "../registry/registry"
import { sideOf } from "../tabs/tabs"
import { useVimMode } from "../vim_mode"
import { paneIds, railPane } from "./rail_panes"

/** The line at the foot: what runs and for how long, or what ran last; and buttons for what opens beside. */
export function StatusBar(): JSX.Element {
  const page = useNotebook()
  const { frame, session } = page
  const pane = useFrame((view) => view.pane)
  const terminal = useTabs((view) => sideOf(view, "terminal:") !== null)
  const writable = useSession(session, (view) => view.writable && view.state !== null)
  return (
    <footer className="n-status" aria-label={t("status.label")}>
      <div className="n-status-panes">
        {paneIds.map((id) => (
          <StatusButton key={id} words={railPane(id).words} icon={railPane(id).icon} isOn={pane === id}
            onPress={() => frame.togglePane(id)} />
        ))}
      </div>
      <StatusButton words="menu.terminal" icon="terminal" isOn={terminal} isDisabled={!writable}
        onPress={() => perform("terminal", page)} />
      <span className="n-status-space" />
      <VimBadge />
      <RunState />
    </footer>
  )
}

/** Says that Vim's keys are on, and in which mode; a click is always the way out. */
function VimBadge(): JSX.Element | null {
  const keys = useSyncExternalStore(subscribeKeys, keySettings)
  const mode = useVimMode()
  if (keys.map !== "vim") return null
  return (
    <AriaButton className="n-status-button n-status-vim" aria-label={t("vim.off")} onPress={() => setKeys({ ...keys, map: "default" })}>
      <span role="status">{t(mode === null ? "vim.on" : `vim.mode_${mode}`)}</span><Icon name="close" size={14} />
    </AriaButton>
  )
}

interface StatusButtonProps {
  readonly words: WordKey
  readonly icon: IconName
  readonly isOn: boolean
  readonly isDisabled?: boolean
  readonly onPress: () => void
}

function StatusButton({ words, icon, isOn, isDisabled = false, onPress }: StatusButtonProps): JSX.Element {
  return (
    <AriaButton className="n-status-button" aria-label={t(words)} aria-pressed={isOn} isDisabled={isDisabled} onPress={onPress}>
      <Icon name={icon} size={16} /><span>{t(words)}</span>
    </AriaButton>
  )
}

/** Asked more than once of each state, of which it looks at all cells. */
const lastKey = { of: emptyView, key: "" }

function keyOf(view: SessionView): string {
  if (view.state !== lastKey.of.state || view.inUse !== lastKey.of.inUse) {
    lastKey.key = view.state ? JSON.stringify(runProgress(view.state, view.inUse)) : ""
    lastKey.of = view
  }
  return lastKey.key
}

function RunState(): JSX.Element {
  const { session, focus } = useNotebook()
  useSession(session, keyOf)
  const { state, inUse } = session.view
  const progress = state ? runProgress(state, inUse) : null
  const running = state ? runningCell(state, inUse) : null
  const total = useTotal(state, inUse)
  const at = progress?.kind === "running" ? total - progress.waiting : 0
  const place = total > 1 && at > 0 ? t("status.place", { at, total }) : ""
  useTitleProgress(progress, place)
  useRunNotices(progress, session)
  return (
    <>
      <span className="c-visually-hidden" role="status">{progress ? spoken(progress) : ""}</span>
      {progress?.kind === "running" && (
        <button type="button" className="n-status-run" title={t("status.show_running")} onClick={() => {
          if (running) focus.move(running.id, "cell")
        }}>
          <Spinner size={14} /><span>{place !== "" ? t("status.running_of", { place })
            : t(progress.waiting > 0 ? "status.running_more" : "status.running", { count: progress.waiting })}</span>
          {progress.started_ms > 0 && <Elapsed since={progress.started_ms} />}
          <Calls running={running} />
        </button>
      )}
      {progress?.kind === "ended" && (
        <span className={`n-status-run n-status-${progress.status}`}>
          <Icon name={progress.status === "ok" ? "check" : "error"} size={16} />
          <span>{durationText(progress.finished_ms - progress.started_ms)}</span>
          <span className="n-status-when">{t("status.finished", { time: formatTime(progress.finished_ms) })}</span>
        </span>
      )}
    </>
  )
}

/** Where in the cell's code it is, from the line inwards. */
function Calls({ running }: { readonly running: Cell | null }): JSX.Element | null {
  const { session } = useNotebook()
  const line = useSession(session, (view) => view.line)
  if (!line || line.line === 0 || running?.run?.execution !== line.execution) return null
  const calls = line.calls.length > 4 ? [...line.calls.slice(0, 2), "…", ...line.calls.slice(-1)] : line.calls
  const words = [t("status.line", { line: line.line }), ...calls.map((call) => call === "…" ? call : `${call}()`)].join(" › ")
  return <span className="n-status-calls" title={line.calls.join(" › ")}>{words}</span>
}

/** How many cells were queued together, those that have ended among them. */
function useTotal(state: NotebookState | null, lane: string): number {
  const seen = useRef<Set<string>>(new Set())
  const queued = (state?.queue ?? []).flatMap((id) => {
    const run = state?.cells.get(id)?.run
    return run?.lane === lane ? [run.execution] : []
  })
  if (queued.length === 0) seen.current.clear()
  for (const execution of queued) seen.current.add(execution)
  return seen.current.size
}

function spoken(progress: RunProgress): string {
  if (progress.kind === "running") return t("status.running")
  return t(progress.status === "ok" ? "status.done" : "status.failed")
}

/** A tab in the background shows that it works. */
function useTitleProgress(progress: RunProgress | null, place: string): void {
  const mark = progress?.kind !== "running" ? "" : place === "" ? "⏳ " : `⏳ ${place} `
  useEffect(() => {
    if (mark === "") return
    const put = (): void => {
      if (!document.title.startsWith(mark)) document.title = mark + document.title
    }
    put()
    const watch = new MutationObserver(put)
    const title = document.querySelector("title")
    if (title) watch.observe(title, { childList: true })
    return () => {
      watch.disconnect()
      if (document.title.startsWith(mark)) document.title = document.title.slice(mark.length)
    }
  }, [mark])
}

function Elapsed({ since }: { readonly since: number }): JSX.Element {
  const now = useClock(secondMs)
  return <span className="n-status-when">{durationText(Math.max(0, Math.floor((now - since) / 1000) * 1000))}</span>
}
