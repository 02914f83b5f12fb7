import "../../output/output.css"
import "./notebook.css"
import "./cell.css"
import { useEffect, useMemo, useState, type JSX, type ReactNode } from "react"
import { CommentDrafts, tabStorage } from "../../sync/comment_drafts"
import type { Api } from "../../sync/http"
import type { NotebookSession } from "../../sync/session"
import { Button } from "../../ui/Button"
import { ConfirmDialog } from "../../ui/Dialog"
import { Spinner } from "../../ui/Spinner"
import { showToast } from "../../ui/toast"
import type { Me } from "../../wire/api"
import type { NotebookId } from "../../wire/ids"
import { t, tn } from "../../words/words"
import { orToast } from "../errors"
import { CellList, useNotebookKeys } from "./CellList"
import { NotebookComments } from "./comments/comments"
import { WithComments } from "./comments/CommentsMargin"
import { NotebookCommands } from "./commands"
import { NotebookContext, useNotebook, useSession, type OpenNotebook } from "./context"
import { NotebookFocus } from "./focus"
import { Following } from "./follow"
import { Header } from "./Header"
import { History, type HistoryWindow } from "./history_window"
import { useLeaseNotices } from "./lease_notices"
import { PlaceBanner } from "./sharing/PlaceBanner"
import { openPlayground, takeWaiting, type Plan } from "./sharing/playgrounds"
import { useRoleNotices } from "./sharing/role_notices"
import { useTrust } from "./sharing/trust"
import { FollowNote } from "./People"
import { useTelling } from "./telling"
import { useMeterNotices } from "./RuntimeMeters"
import { useRuntimeUse } from "./runtime_choices"
import { RuntimeDialog, RuntimeStrips } from "./runtime_parts"
import { RuntimePanels } from "./runtime_panels"
import { RuntimeWindows } from "./runtime_windows"
import { Tools } from "./Tools"
import { useTurnNotices } from "./turn_notices"

interface NotebookPageProps {
  readonly api: Api
  readonly user: Me["user"]
  readonly id: NotebookId
  readonly session: NotebookSession
}

/** What is asked before it is done. */
export type Question = "restart" | "restart_run_all" | "disconnect" | "share_runtime" | "runtime_type"

export function NotebookPage(props: NotebookPageProps): JSX.Element {
  const { api, session, id, user } = props
  const [question, setQuestion] = useState<Question | null>(null)
  const { beforeRun, dialog } = useTrust(api, id, session)
  const [past, setPast] = useState<HistoryWindow | null>(null)
  const notebook = useMemo<OpenNotebook>(() => {
    const tryOut = (plan: Plan): Promise<void> => orToast(openPlayground(api, id, plan))
    const focus = new NotebookFocus()
    const comments = new NotebookComments(session, focus, {
      drafts: new CommentDrafts(tabStorage(), user.id, id),
      addressees: async () => {
        const { owner, people } = await api.sharing.access(id)
        return [owner, ...people.map(({ person }) => person)]
      },
    })
    const commands = new NotebookCommands(session, focus, {
      comment: (cell) => comments.begin(cell),
      cellsDeleted: (count, undo) => showToast({
        text: tn("cells.deleted", count), action: { label: t("action.undo"), onPress: undo },
      }),
      notUndone: ({ kind }) => showToast({
        text: t(kind === "merge" ? "undo.merge_impossible" : "undo.impossible"), level: "warning",
      }),
      runsElsewhere: (name) => showToast({ text: t("cell.runs_elsewhere", { name }) }),
      confirmRestart: () => setQuestion("restart"),
      mayNotRun: (cells) => void tryOut({ run: cells }),
      mayNotEdit: (cell) => void tryOut({ edit: cell }),
      beforeRun,
      pins: () => setPast("pin"),
      savesByItself: () => showToast({ text: t("save.automatic"), timeoutMs: 3000 }),
    })
    return {
      id, session, focus, commands, comments, follow: new Following(session), windows: new RuntimeWindows(), tryOut,
    }
  }, [api, id, session, user.id, beforeRun])
  const title = useSession(session, (view) => view.title)
  useEffect(() => {
    document.title = title === "" ? t("app.name") : `${title} – ${t("app.name")}`
  }, [title])
  useTurnNotices(session)
  useLeaseNotices(session, notebook.windows)
  useMeterNotices(session)
  useRoleNotices(session)
  useTelling(notebook)
  useWaitingPlan(notebook)

  return (
    <NotebookContext value={notebook}>
      <Keys>
        <div className="n-head">
          <Header api={api} user={props.user} />
          <Tools api={api} onAsk={setQuestion} onPast={setPast} />
          <OfflineBanner />
          <PlaceBanner api={api} />
          <RuntimeStrips api={api} />
          <FollowNote />
        </div>
        <Content />
      </Keys>
      <Confirm question={question} onClose={() => setQuestion(null)} />
      <RuntimeDialog api={api} choosing={question === "runtime_type"} onClose={() => setQuestion(null)} />
      {dialog}
      <RuntimePanels api={api} />
      <History api={api} shown={past} onShow={setPast} />
    </NotebookContext>
  )
}

/** A playground that was opened to do something does it. */
function useWaitingPlan({ id, session, commands, focus }: OpenNotebook): void {
  const ready = useSession(session, (view) => view.state !== null && view.playground && view.connection.kind === "online")
  useEffect(() => {
    if (!ready) return
    const { run = [], edit } = takeWaiting(id)
    if (edit !== undefined) focus.move(edit, "edit")
    commands.run(run)
  }, [ready, id, commands, focus])
}

function Keys({ children }: { readonly children: ReactNode }): JSX.Element {
  const onKey = useNotebookKeys()
  return <div className="n-page" onKeyDownCapture={onKey}>{children}</div>
}

function Content(): JSX.Element {
  const { session } = useNotebook()
  const loaded = useSession(session, (view) => view.state !== null)
  if (loaded) return <WithComments><CellList /></WithComments>
  return (
    <div className="n-opening"><Spinner size={28} label={t("notebook.loading")} /></div>
  )
}

/** After a moment only: a blink of the network is nobody's concern. */
function OfflineBanner(): JSX.Element | null {
  const { session } = useNotebook()
  const offline = useSession(session, (view) => view.connection.kind !== "online")
  const [told, setTold] = useState(false)
  useEffect(() => {
    if (!offline) {
      setTold(false)
      return
    }
    const timer = setTimeout(() => setTold(true), 2500)
    return () => clearTimeout(timer)
  }, [offline])
  if (!offline || !told) return null
  return (
    <div className="n-banner" role="status">
      <span>{t("session.offline")}</span>
      <Button variant="plain" size="small" onPress={() => session.start()}>
        {t("session.retry_now")}
      </Button>
    </div>
  )
}

interface ConfirmProps {
  readonly question: Question | null
  readonly onClose: () => void
}

function Confirm({ question, onClose }: ConfirmProps): JSX.Element {
  const { session, commands } = useNotebook()
  const { company } = useRuntimeUse(() => undefined)
  const restartText = company.length === 0 ? t("restart.text")
    : `${t("restart.text")} ${t("restart.others", { names: company.join(", ") })}`
  return (
    <>
      <ConfirmDialog isOpen={question === "share_runtime"} title={t("share_runtime.title")}
        text={t("share_runtime.text")} confirmLabel={t("share_runtime.confirm")}
        onClose={onClose} onConfirm={() => session.runtimes.share(true)} />
      <ConfirmDialog isOpen={question === "restart" || question === "restart_run_all"}
        title={t("restart.title")} text={restartText} confirmLabel={t("restart.confirm")}
        onClose={onClose} onConfirm={() => {
          session.restart()
          if (question === "restart_run_all") commands.runAll()
        }} />
      <ConfirmDialog isOpen={question === "disconnect"} danger title={t("disconnect.title")}
        text={t("disconnect.text")} confirmLabel={t("disconnect.confirm")}
        onClose={onClose} onConfirm={() => session.leasing.disconnect()} />
    </>
  )
}
