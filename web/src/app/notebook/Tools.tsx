import { useContext, useRef, useState, type JSX } from "react"
import { isWorking } from "../../model/notebook_state"
import { fileUrl, type Api } from "../../sync/http"
import { AccountContext } from "../../ui/account_actions"
import { Button, IconButton } from "../../ui/Button"
import { Menu, type MenuEntry } from "../../ui/Menu"
import type { KernelState } from "../../wire/lease"
import { t } from "../../words/words"
import { orToast } from "../errors"
import { navigate } from "../router"
import { listHref, notebookHref } from "../routes"
import { importAll } from "../uploads"
import { ConnectButton } from "./ConnectButton"
import { useNotebook, useSession } from "./context"
import { EditMenu } from "./EditMenu"
import { shortcutOf } from "./keys"
import type { HistoryWindow } from "./history_window"
import type { Question } from "./NotebookPage"
import { useRuntimeUse } from "./runtime_choices"
import { copyToDrive } from "./sharing/copies"
import { NotebookSettings } from "./sharing/NotebookSettings"

interface ToolsProps {
  readonly api: Api
  readonly onAsk: (question: Question) => void
  /** Shows a window about the notebook's past. */
  readonly onPast: (shown: HistoryWindow) => void
}

/** The menus, and a button for what is wanted all the time. */
export function Tools({ api, onAsk, onPast }: ToolsProps): JSX.Element {
  const { session, commands, windows } = useNotebook()
  const writable = useSession(session, (view) => view.writable && view.state !== null)
  const loaded = useSession(session, (view) => view.state !== null)
  const working = useSession(session, (view) => isWorking(view.state, view.inUse))
  const online = useSession(session, (view) => view.connection.kind === "online")
  return (
    <nav className="n-tools" aria-label={t("notebook.menus")}>
      <FileMenu api={api} onPast={onPast} />
      <EditMenu />
      <RuntimeMenu onAsk={onAsk} onPast={onPast} />
      <span className="n-tools-line" />
      <Button variant="plain" size="small" icon="add" isDisabled={!writable}
        aria-label={t("tool.add_code")} onPress={() => commands.insertBelowFocus("code")}>
        {t("tool.code")}
      </Button>
      <Button variant="plain" size="small" icon="add" isDisabled={!writable}
        aria-label={t("tool.add_text")} onPress={() => commands.insertBelowFocus("markdown")}>
        {t("tool.text")}
      </Button>
      <span className="n-tools-line" />
      <Button variant="plain" size="small" icon="run_all" isDisabled={!loaded}
        onPress={() => commands.runAll()}>{t("menu.run_all")}</Button>
      <Button variant="plain" size="small" icon="stop" isDisabled={!working || !online}
        onPress={() => session.interrupt()}>{t("menu.interrupt")}</Button>
      <span className="n-tools-space" />
      <IconButton icon="terminal" label={t("menu.terminal")} isDisabled={!writable}
        onPress={() => windows.toggle("terminal")} />
      <ConnectButton onAsk={onAsk} />
    </nav>
  )
}

function FileMenu({ api, onPast }: Pick<ToolsProps, "api" | "onPast">): JSX.Element {
  const { id, session, tryOut } = useNotebook()
  const origin = useSession(session, (view) => view.state !== null && !view.playground)
  const keeps = useSession(session, (view) => view.writable && !view.playground)
  const upload = useRef<HTMLInputElement>(null)
  const [settings, setSettings] = useState(false)
  const items: readonly MenuEntry[] = [
    { id: "new", label: t("menu.new"), icon: "add" },
    { id: "upload", label: t("menu.upload"), icon: "upload" },
    { id: "download", label: t("menu.download"), icon: "download", href: fileUrl(id) },
    { id: "copy", label: t("menu.copy"), icon: "copy" },
    { id: "playground", label: t("menu.playground"), icon: "play", isDisabled: !origin },
    { id: "settings", label: t("menu.settings"), icon: "settings" },
    { separator: "past" },
    { id: "pin", label: t("menu.pin"), icon: "pin", shortcut: shortcutOf("pin"), isDisabled: !keeps },
    { id: "revisions", label: t("menu.revisions"), icon: "restore", isDisabled: !keeps },
    { separator: "list" },
    { id: "list", label: t("menu.all_notebooks"), icon: "notebook" },
  ]
  const act = (chosen: string): void => {
    if (chosen === "new") {
      void orToast(api.createNotebook().then((made) => navigate(notebookHref(made))))
    } else if (chosen === "upload") upload.current?.click()
    else if (chosen === "copy") void copyToDrive(api, id)
    else if (chosen === "playground") void tryOut({})
    else if (chosen === "settings") setSettings(true)
    else if (chosen === "pin" || chosen === "revisions") onPast(chosen)
    else if (chosen === "list") navigate(listHref)
  }
  return (
    <>
      <Menu label={t("menu.file")} items={items} onAction={act}
        trigger={<Button variant="plain" size="small">{t("menu.file")}</Button>} />
      {settings && <NotebookSettings onClose={() => setSettings(false)} />}
      <input ref={upload} type="file" accept=".ipynb" hidden onChange={(event) => {
        const files = Array.from(event.target.files ?? [])
        event.target.value = ""
        void importAll(api, files).then(([first]) => {
          if (first !== undefined) navigate(notebookHref(first))
        })
      }} />
    </>
  )
}

const living: ReadonlySet<KernelState> = new Set<KernelState>(["starting", "idle", "busy", "restarting"])

function RuntimeMenu({ onAsk, onPast }: Pick<ToolsProps, "onAsk" | "onPast">): JSX.Element {
  const { session, commands, windows } = useNotebook()
  const account = useContext(AccountContext)
  const lease = useSession(session, (view) => view.lease)
  const online = useSession(session, (view) => view.connection.kind === "online")
  const working = useSession(session, (view) => isWorking(view.state, view.inUse))
  const writable = useSession(session, (view) => view.writable)
  const use = useRuntimeUse(onAsk)
  const has = online && lease !== null && lease.state !== "ended"
  const kernel = has && lease.state === "ready" &&
    (living.has(lease.kernel.state) || lease.kernel.state === "dead")
  const items: readonly MenuEntry[] = [
    { id: "run_all", label: t("menu.run_all"), icon: "run_all", shortcut: shortcutOf("run_all") },
    {
      id: "interrupt", label: t("menu.interrupt"), icon: "stop", isDisabled: !online || !working,
      shortcut: shortcutOf("interrupt"),
    },
    { separator: "restart" },
    {
      id: "restart", label: t("menu.restart"), icon: "refresh", isDisabled: !kernel,
      shortcut: shortcutOf("restart"),
    },
    { id: "restart_run_all", label: t("menu.restart_run_all"), icon: "refresh", isDisabled: !kernel },
    { separator: "outputs" },
    { id: "clear", label: t("menu.clear_outputs"), icon: "close" },
    { id: "executed", label: t("menu.executed"), icon: "code", isDisabled: !writable },
    ...(use.entries.length > 0 ? [{ separator: "others" }, ...use.entries] : []),
    { separator: "windows" },
    { id: "terminal", label: t("menu.terminal"), icon: "terminal", isDisabled: !writable },
    { id: "resources", label: t("menu.resources"), icon: "chart", isDisabled: !writable },
    { id: "log", label: t("menu.logs"), icon: "text", isDisabled: !has || use.others !== null },
    { id: "sessions", label: t("menu.sessions"), icon: "cpu" },
    { separator: "runtime" },
    { id: "runtime_type", label: t("runtime_type.menu"), icon: "cpu", isDisabled: !online },
    has && !use.others ? { id: "disconnect", label: t("menu.disconnect"), icon: "trash", danger: true }
      : { id: "connect", label: t("menu.connect"), icon: "connect", isDisabled: !online },
  ]
  const act = (chosen: string): void => {
    if (use.act(chosen)) return
    switch (chosen) {
      case "run_all": return commands.runAll()
      case "interrupt": return session.interrupt()
      case "terminal":
      case "resources":
      case "log": return windows.show(chosen)
      case "sessions": return account?.onSessions()
      case "executed": return onPast(chosen)
      case "clear": return commands.clearOutputs([])
      case "connect": return commands.connect()
      case "runtime_type":
      case "restart":
      case "restart_run_all":
      case "disconnect": return onAsk(chosen)
    }
  }
  return (
    <Menu label={t("menu.runtime")} items={items} onAction={act}
      trigger={<Button variant="plain" size="small">{t("menu.runtime")}</Button>} />
  )
}
