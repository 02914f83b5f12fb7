import type { JSX } from "react"
import type { Api } from "../../../sync/http"
import { ConfirmDialog } from "../../../ui/Dialog"
import { t } from "../../../words/words"
import { useLate } from "../../late"
import { afterRestart } from "../after_restart"
import { useFrame, useNotebook } from "../context"
import { History, type HistoryWindow } from "../history_window"
import { useRuntimeUse } from "../runtime_choices"
import { RuntimeDialog } from "../runtime_parts"
import { lateWindow } from "../../late_part"
import { helpWindows, lateWindows, type FrameWindow } from "./frame"

const BinDialog = lateWindow(async () => (await import("../BinDialog")).BinDialog)
const HelpWindows = lateWindow(async () => (await import("../../help/HelpWindows")).HelpWindows)
const OpenWindow = lateWindow(async () => (await import("../../open/OpenWindow")).OpenWindow)
const SaveWindow = lateWindow(async () => (await import("../../github/SaveWindow")).SaveWindow)
const NotebookSettings = lateWindow(async () => (await import("../sharing/NotebookSettings")).NotebookSettings)

const pastOf = (window: FrameWindow | null): HistoryWindow | null =>
  window === "pin" || window === "revisions" ? window : null

/** The window over the page, if one is open. What is large comes when it is first wanted. */
export function FrameWindows({ api }: { readonly api: Api }): JSX.Element {
  const { frame, id } = useNotebook()
  const window = useFrame((view) => view.window)
  const extra = lateWindows.find((name) => name === window) ?? null
  const part = useLate(extra !== null, () => import("./late_windows"), frame.close)
  const help = helpWindows.find((name) => name === window)
  return (
    <>
      <Confirm question={window} />
      {help && <HelpWindows key={help} api={api} window={help} onClose={frame.close} />}
      {window === "open" && <OpenWindow api={api} onClose={frame.close} />}
      <RuntimeDialog api={api} shown={window} onClose={frame.close} />
      <History api={api} shown={pastOf(window)} onShow={(shown) => frame.show(shown)} />
      {window === "bin" && <BinDialog onClose={frame.close} />}
      {(window === "copy_gist" || window === "copy_github") && (
        <SaveWindow key={window} api={api} id={id} as={window} onClose={frame.close} />
      )}
      {window === "notebook_settings" && <NotebookSettings onClose={frame.close} />}
      {extra !== null && part && <part.LateWindow window={extra} onClose={frame.close} />}
    </>
  )
}

function Confirm({ question }: { readonly question: FrameWindow | null }): JSX.Element {
  const { session, commands, frame } = useNotebook()
  const onClose = frame.close
  const { company } = useRuntimeUse()
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
          if (question === "restart_run_all") afterRestart(session, () => commands.runAll())
          session.restart()
        }} />
      <ConfirmDialog isOpen={question === "disconnect"} danger title={t("disconnect.title")}
        text={t("disconnect.text")} confirmLabel={t("disconnect.confirm")}
        onClose={onClose} onConfirm={() => session.leasing.disconnect()} />
    </>
  )
}
