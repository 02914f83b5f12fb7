/** The open notebook's runtime at a Jupyter server of one's own: what of the browser it needs. */
import { useEffect, useSyncExternalStore } from "react"
import type { Api } from "../../sync/http"
import { tabStorage } from "../../sync/comment_drafts"
import { LocalRuntime, type LocalView } from "../../sync/local_runtime"
import type { NotebookSession } from "../../sync/session"
import { showToast } from "../../ui/toast"
import type { NotebookId, UserId } from "../../wire/ids"
import { t } from "../../words/words"

export function makeLocalRuntime(api: Api, user: UserId, notebook: NotebookId, session: NotebookSession): LocalRuntime {
  return new LocalRuntime({
    user, notebook, storage: tabStorage(),
    worker: () => new Worker(new URL("../../local/local_worker.ts", import.meta.url)),
    ask: () => api.runtimes.connectLocal(notebook),
    giveUp: () => session.leasing.disconnect(),
    socket: () => {
      const url = new URL(`/api/notebooks/${encodeURIComponent(notebook)}/local-runtime/socket`, location.href)
      url.protocol = url.protocol === "https:" ? "wss:" : "ws:"
      url.hash = ""
      return url.href
    },
    words: () => ({ lost: t("local.output_lost"), away: t("local.output_away") }),
    alone: (runtime, go) => {
      // Where a browser has no locks (plain http) a tab that was duplicated takes over.
      if ("locks" in navigator) void navigator.locks.request(`colibri.local ${runtime}`, go)
      else void go()
    },
  })
}

/** Keeps it in step with what the server says, and tells the person what goes wrong. */
export function useLocalRuntime(local: LocalRuntime, session: NotebookSession): void {
  useEffect(() => {
    const follow = (): void => {
      // Whose runtime is in use is told after the lease: before, a missing one says nothing.
      const { user, inUse, lease, state, connection } = session.view
      if (state && connection.kind === "online" && user && inUse === user.id) local.told(lease)
    }
    follow()
    const silence = session.subscribe(follow)
    let before = local.view.phase
    const hush = local.subscribe(() => {
      const { phase } = local.view
      if (phase !== before && phase === "jupyter_away") showToast({ text: t("local.jupyter_away"), level: "warning" })
      if (phase === "connected" && before === "jupyter_away") showToast({ text: t("local.jupyter_back"), level: "success" })
      before = phase
    })
    return () => {
      silence()
      hush()
      local.stop()
    }
  }, [local, session])
}

export const useLocalView = (local: LocalRuntime): LocalView => useSyncExternalStore(local.subscribe, () => local.view)
