import type { JSX } from "react"
import { Button as AriaButton } from "react-aria-components"
import { localFlavor } from "../../sync/local_runtime"
import { Button, IconButton } from "../../ui/Button"
import { Icon } from "../../ui/icons"
import { Spinner } from "../../ui/Spinner"
import { Tooltip } from "../../ui/Tooltip"
import type { Lease } from "../../wire/lease"
import { serverWords } from "../../words/server_sentences"
import { t, type WordKey } from "../../words/words"
import { useNotebook, useSession } from "./context"
import { endingWords, kernelWords } from "./lease_notices"
import { CommandMenu } from "./registry/CommandMenu"
import type { MenuItemId } from "./registry/menus"
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

const connectMenu: readonly MenuItemId[] = ["runtime_type", "local_runtime", "runtimes"]
const runtimeMenu: readonly MenuItemId[] = [
  "interrupt", "restart", "runtime_type", "local_runtime", "-", "resources", "sessions", "log", "-", "executed", "-", "runtimes", "disconnect",
]

export function ConnectButton(): JSX.Element {
  const { session, commands } = useNotebook()
  const lease = useSession(session, (view) => view.lease)
  const meters = useSession(session, (view) => view.meters)
  const online = useSession(session, (view) => view.connection.kind === "online")
  const { look, words } = runtimeLook(lease)
  const use = useRuntimeUse()
  if (look === "none" && !use.others) {
    const hint = lease ? t("runtime.ended", { why: endingWords(lease) }) : t("runtime.connect_hint")
    return (
      <>
        <Tooltip text={hint}>
          <Button icon="connect" isDisabled={!online} onPress={() => commands.connect()}>{t(words)}</Button>
        </Tooltip>
        <CommandMenu label={t("runtime.more")} placement="bottom end" items={connectMenu}
          trigger={<IconButton icon="chevron_down" label={t("runtime.more")} isDisabled={!online} />} />
      </>
    )
  }
  return (
    <CommandMenu label={t("menu.runtime")} placement="bottom end" items={runtimeMenu}
      trigger={
        <AriaButton className={`n-runtime n-runtime-${look}`} isDisabled={!online}
          aria-description={lease ? kernelWords(lease) ?? undefined : undefined}>
          <span className="n-runtime-state">
            {look === "waiting" ? <Spinner size={16} />
              : <Icon name={look === "stopped" ? "error" : look === "busy" ? "cpu" : "check"} size={18} />}
            <span>
              {use.others ? t("runtime.of", { name: runtimeName(use.others) })
                : t(words === "runtime.connected" && lease?.flavor === localFlavor ? "local.connected" : words)}
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
