import { useContext, type JSX } from "react"
import { Button as AriaButton } from "react-aria-components"
import { AccountContext } from "../../ui/account_actions"
import { Button, IconButton } from "../../ui/Button"
import { Icon } from "../../ui/icons"
import { Menu, type MenuEntry } from "../../ui/Menu"
import { Spinner } from "../../ui/Spinner"
import { Tooltip } from "../../ui/Tooltip"
import type { Lease } from "../../wire/lease"
import { serverWords } from "../../words/server_sentences"
import { t, type WordKey } from "../../words/words"
import { useNotebook, useSession } from "./context"
import { endingWords, kernelWords } from "./lease_notices"
import type { Question } from "./NotebookPage"
import { RuntimeMeters } from "./RuntimeMeters"
import { runtimeName, useRuntimeUse } from "./runtime_choices"

export type RuntimeLook = "none" | "waiting" | "connected" | "busy" | "stopped"

/** What the button says and looks like. */
export function runtimeLook(lease: Lease | null): { readonly look: RuntimeLook; readonly words: WordKey } {
  switch (lease?.state) {
    case undefined: return { look: "none", words: "runtime.connect" }
    case "ended": return { look: "none", words: "runtime.reconnect" }
    case "requested": return { look: "waiting", words: "runtime.allocating" }
    case "queued": return { look: "waiting", words: queuedWords(lease) }
    case "starting": return { look: "waiting", words: "runtime.starting" }
    case "ending": return { look: "waiting", words: "runtime.ending" }
    case "ready": return readyLook(lease)
  }
}

function queuedWords({ queue }: Lease): WordKey {
  if (queue?.offered_until_ms) return "runtime.offered"
  return queue ? "runtime.queued" : "runtime.allocating"
}

function readyLook(lease: Lease | null): ReturnType<typeof runtimeLook> {
  switch (lease?.kernel.state) {
    case "busy": return { look: "busy", words: "runtime.busy" }
    case "starting": return { look: "waiting", words: "runtime.starting" }
    case "restarting": return { look: "waiting", words: "runtime.restarting" }
    case "dead": return { look: "stopped", words: "runtime.dead" }
    case "idle":
    case "none":
    case undefined: return { look: "connected", words: "runtime.connected" }
  }
}

export function ConnectButton({ onAsk }: { readonly onAsk: (question: Question) => void }): JSX.Element {
  const { session, commands, windows } = useNotebook()
  const account = useContext(AccountContext)
  const lease = useSession(session, (view) => view.lease)
  const meters = useSession(session, (view) => view.meters)
  const online = useSession(session, (view) => view.connection.kind === "online")
  const { look, words } = runtimeLook(lease)
  const use = useRuntimeUse(onAsk)
  const typeEntry: MenuEntry = { id: "runtime_type", label: t("runtime_type.menu"), icon: "cpu" }
  if (look === "none" && !use.others) {
    const hint = lease ? t("runtime.ended", { why: endingWords(lease) }) : t("runtime.connect_hint")
    return (
      <>
        <Tooltip text={hint}>
          <Button icon="connect" isDisabled={!online} onPress={() => commands.connect()}>{t(words)}</Button>
        </Tooltip>
        <Menu label={t("runtime.more")} placement="bottom end" items={[typeEntry, ...use.entries]}
          onAction={(chosen) => {
            if (!use.act(chosen)) onAsk("runtime_type")
          }}
          trigger={<IconButton icon="chevron_down" label={t("runtime.more")} isDisabled={!online} />} />
      </>
    )
  }
  return (
    <Menu label={t("menu.runtime")} placement="bottom end"
      items={[
        { id: "interrupt", label: t("menu.interrupt"), icon: "stop", isDisabled: look !== "busy" },
        { id: "restart", label: t("menu.restart"), icon: "refresh", isDisabled: look === "waiting" },
        typeEntry,
        { separator: "windows" },
        { id: "resources", label: t("menu.resources"), icon: "chart" },
        { id: "sessions", label: t("menu.sessions"), icon: "cpu" },
        ...(use.entries.length > 0 ? [{ separator: "others" }, ...use.entries] : []),
        ...(use.others ? [] : [
          { separator: "end" },
          { id: "disconnect", label: t("menu.disconnect"), icon: "trash", danger: true } as const,
        ]),
      ]}
      onAction={(chosen) => {
        if (use.act(chosen)) return
        if (chosen === "interrupt") session.interrupt()
        else if (chosen === "restart" || chosen === "disconnect" || chosen === "runtime_type") onAsk(chosen)
        else if (chosen === "resources") windows.show(chosen)
        else if (chosen === "sessions") account?.onSessions()
      }}
      trigger={
        <AriaButton className={`n-runtime n-runtime-${look}`} isDisabled={!online}
          aria-description={lease ? kernelWords(lease.kernel) ?? undefined : undefined}>
          <span className="n-runtime-state">
            {look === "waiting" ? <Spinner size={16} />
              : <Icon name={look === "stopped" ? "error" : look === "busy" ? "cpu" : "check"} size={18} />}
            <span>
              {use.others ? t("runtime.of", { name: runtimeName(use.others) }) : t(words)}
            </span>
            {use.others === null && use.company.length > 0 && (
              <small>{t("runtime.shared_with", { names: use.company.join(", ") })}</small>
            )}
            {look === "waiting" && !lease?.queue && lease?.detail && <small>{serverWords(lease.detail)}</small>}
          </span>
          {meters && look !== "waiting" && <RuntimeMeters meters={meters} />}
        </AriaButton>
      } />
  )
}
