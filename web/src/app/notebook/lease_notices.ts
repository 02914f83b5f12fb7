/** Why a runtime ended, in words; and tells the person when a kernel died. */
import { useEffect } from "react"
import { localFlavor } from "../../sync/local_runtime"
import type { NotebookSession } from "../../sync/session"
import { showToast } from "../../ui/toast"
import type { Lease } from "../../wire/lease"
import { serverWords } from "../../words/server_sentences"
import { t, type WordKey } from "../../words/words"
import type { RuntimeWindows } from "./runtime_windows"

const reasons: ReadonlyMap<string, WordKey> = new Map<string, WordKey>([
  ["idle", "lease.idle"], ["deadline", "lease.deadline"], ["supervisor_lost", "lease.lost"],
  ["not_claimed", "lease.not_claimed"], ["left_queue", "lease.left_queue"], ["replaced", "lease.replaced"],
  ["server_stopped", "lease.server_stopped"], ["out_of_memory", "lease.out_of_memory"], ["kernel_died", "lease.kernel_died"],
  ["administrator", "lease.administrator"], ["page_gone", "lease.page_gone"],
  ["accelerator_lost", "lease.accelerator_lost"], ["accelerator_idle", "lease.accelerator_idle"],
])
/** Somebody wanted it so. */
const wanted: ReadonlySet<string> = new Set(["", "disconnected", "disconnect", "user", "left_queue", "replaced"])
export const isWanted = (lease: Pick<Lease, "reason">): boolean => wanted.has(lease.reason)

export function endingWords(lease: Pick<Lease, "reason" | "detail">): string {
  const known = reasons.get(lease.reason)
  if (known) return t(known)
  return lease.detail === "" ? lease.reason : serverWords(lease.detail)
}

/** What to say of a kernel that died by itself; null when it lives or somebody restarted it. */
export function kernelWords({ kernel, flavor }: Pick<Lease, "kernel" | "flavor">): string | null {
  if (kernel.state === "dead") return t("kernel.dead", { why: serverWords(kernel.detail) })
  if (kernel.state !== "restarting") return null
  if (kernel.reason === "out_of_memory") return t("crash.memory")
  // Of one's own machine it is not known why, and nothing there is ours to keep.
  return kernel.reason !== "kernel_died" ? null : t(flavor === localFlavor ? "crash.local" : "crash.unknown")
}

export function useLeaseNotices(session: NotebookSession, windows: RuntimeWindows): void {
  useEffect(() => {
    // What had died before this page came is no news.
    let before: Lease | null | undefined
    return session.subscribe(() => {
      const { lease, state } = session.view
      if (!state || lease === before) return
      const died = before && lease && lease.kernel.state !== before.kernel.state
        ? kernelWords(lease) : null
      // All variables are gone: that stays told until somebody has read it.
      if (died !== null) {
        showToast({
          text: died, level: "warning", timeoutMs: 0, actions: [
            { label: t("crash.logs"), onPress: () => windows.show("log") },
            { label: t("crash.resources"), onPress: () => windows.show("resources") },
          ],
        })
      }
      before = lease
    })
  }, [session, windows])
}
