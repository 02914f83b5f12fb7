import "./terminal.css"
import { useCallback, useEffect, useRef, useState, type JSX } from "react"
import { Tab, TabList, TabPanel, Tabs } from "react-aria-components"
import type { TerminalState } from "../../../sync/terminal_connection"
import { Button, IconButton } from "../../../ui/Button"
import { RenameDialog } from "../../../ui/RenameDialog"
import { Spinner } from "../../../ui/Spinner"
import { t } from "../../../words/words"
import { useNotebook, useSession } from "../context"
import type { TabProps } from "../tabs/tab_kinds"
import { Screen } from "./screen"
import { useTerminals, type ShownTerminal } from "./terminals"

/** The terminals of the runtime in use, in a tab beside the notebook. */
export function TerminalDock({ isShown, onClose }: TabProps): JSX.Element {
  const { api, session, commands } = useNotebook()
  const connected = useSession(session, (view) => view.lease?.state === "ready" ? view.lease.id : null)
  const online = useSession(session, (view) => view.connection.kind === "online")
  const { terminals, chosen, choose, open, close, rename, ended, titled, failure } = useTerminals(api, connected)
  const [renaming, setRenaming] = useState<ShownTerminal | null>(null)
  const shown = terminals?.find(({ id }) => id === chosen) ?? null
  return (
    <section className="t-dock" aria-label={t("terminal.title")}>
      <Tabs className="t-tabs" selectedKey={chosen ?? ""} onSelectionChange={(id) => choose(String(id))}>
        <div className="t-bar">
          <TabList className="t-tablist" aria-label={t("terminal.title")}>
            {(terminals ?? []).map((terminal) => (
              <Tab key={terminal.id} id={terminal.id} className={`t-tab ${terminal.ended ? "t-tab-ended" : ""}`}>
                {nameOf(terminal)}
              </Tab>
            ))}
          </TabList>
          <IconButton icon="add" label={t("terminal.new")} size={18} isDisabled={connected === null || !online}
            onPress={() => void open()} />
          <span className="t-space">{shown && t("terminal.leave_hint")}</span>
          <IconButton icon="edit" label={t("terminal.rename")} size={18} isDisabled={!shown || shown.ended}
            onPress={() => setRenaming(shown)} />
          <IconButton icon="trash" label={t("terminal.close")} size={18} isDisabled={!shown}
            onPress={() => shown && void close(shown.id)} />
          <IconButton icon="chevron_down" label={t("terminal.hide")} size={18} onPress={onClose} />
        </div>
        {(terminals ?? []).map((terminal) => (
          <TabPanel key={terminal.id} id={terminal.id} className="t-panel" shouldForceMount>
            <View terminal={terminal} isShown={isShown && terminal.id === chosen} onEnded={() => ended(terminal.id)}
              onTitle={(title) => titled(terminal.id, title)} />
          </TabPanel>
        ))}
      </Tabs>
      {connected === null ? (
        <Note text={t("terminal.no_runtime")}>
          <Button icon="connect" isDisabled={!online} onPress={() => commands.connect()}>{t("menu.connect")}</Button>
        </Note>
      ) : failure !== null ? (
        <Note text={failure}><Button icon="refresh" onPress={() => void open()}>{t("action.retry")}</Button></Note>
      ) : terminals === null ? <div className="t-note"><Spinner label={t("app.loading")} size={22} /></div>
        : terminals.length === 0 && (
          <Note text={t("terminal.none")}>
            <Button icon="add" onPress={() => void open()}>{t("terminal.new")}</Button>
          </Note>
        )}
      {renaming && (
        <RenameDialog heading={t("terminal.rename")} title={nameOf(renaming)} onClose={() => setRenaming(null)}
          onRename={(title) => rename(renaming.id, title.slice(0, 30))} />
      )}
    </section>
  )
}

const nameOf = ({ title, program }: ShownTerminal): string => title !== "" ? title : program || t("terminal.one")

function Note({ text, children }: { readonly text: string; readonly children: JSX.Element }): JSX.Element {
  return <div className="t-note"><p>{text}</p>{children}</div>
}

interface ViewProps {
  readonly terminal: ShownTerminal
  readonly isShown: boolean
  readonly onEnded: () => void
  readonly onTitle: (title: string) => void
}

/** One terminal's screen; it stays as long as its tab, shown or not. */
function View({ terminal, isShown, onEnded, onTitle }: ViewProps): JSX.Element {
  const { id, focus } = useNotebook()
  const host = useRef<HTMLDivElement>(null)
  const screen = useRef<Screen | null>(null)
  const [state, setState] = useState<TerminalState>("connecting")
  const calls = useRef({ onEnded, onTitle })
  useEffect(() => {
    calls.current = { onEnded, onTitle }
  })
  const leave = useCallback(() => {
    const { cell } = focus.view
    if (cell !== null) focus.move(cell, "cell")
    else document.querySelector<HTMLElement>("[data-cell]")?.focus()
  }, [focus])
  useEffect(() => {
    if (!host.current) return
    const made = new Screen(host.current, id, terminal.id, t("terminal.input"), {
      changed: (next) => {
        setState(next)
        if (next === "ended" || next === "denied") calls.current.onEnded()
      },
      titled: (title) => calls.current.onTitle(title),
      left: leave,
    })
    screen.current = made
    return () => made.close()
  }, [id, terminal.id, leave])
  useEffect(() => {
    if (isShown) screen.current?.focus()
  }, [isShown])
  return (
    <>
      <div className="t-screen" ref={host} hidden={!isShown} />
      {isShown && state !== "online" && (
        <p className="t-state" role="status">
          {t(state === "connecting" ? "terminal.connecting" : state === "ended" ? "terminal.ended" : "terminal.denied")}
        </p>
      )}
    </>
  )
}
