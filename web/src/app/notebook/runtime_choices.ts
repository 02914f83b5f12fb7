/** Whose runtime runs go to, and what can be done about it. */
import { localFlavor } from "../../sync/local_runtime"
import type { MenuEntry } from "../../ui/Menu"
import type { RuntimeChoice } from "../../wire/server_message"
import { t } from "../../words/words"
import { useNotebook, useSession } from "./context"
import type { NotebookSession } from "../../sync/session"

export interface RuntimeUse {
  /** The runtime in use when it is somebody else's. */
  readonly others: RuntimeChoice | null
  /** Names of those that the runtime in use works for beside this person. */
  readonly company: readonly string[]
  readonly entries: readonly MenuEntry[]
  /** Carries out one of `entries`; whether it was one. */
  readonly act: (id: string) => boolean
}

const usePrefix = "use "
const nameOf = (choice: RuntimeChoice): string => choice.name === "" ? t("people.somebody") : choice.name

/** What can be done about whose runtime is in use; drawn again when that changes. */
export function useRuntimeUse(): RuntimeUse {
  const { session, frame } = useNotebook()
  useSession(session, (view) => view.user?.id ?? null)
  useSession(session, (view) => view.inUse)
  useSession(session, (view) => view.runtimes)
  return runtimeUse(session, () => frame.show("share_runtime"))
}

function runtimeUse(session: NotebookSession, askToShare: () => void): RuntimeUse {
  const { inUse, runtimes } = session.view
  const me = session.view.user?.id ?? null
  const own = runtimes.find(({ owner }) => owner === me)
  const others = runtimes.find(({ owner }) => owner === inUse && owner !== me) ?? null
  const local = session.view.lease?.flavor === localFlavor
  const entries: MenuEntry[] = []
  for (const choice of runtimes) {
    if (choice.owner === me || choice.owner === inUse) continue
    entries.push({
      id: usePrefix + choice.owner, icon: "people", label: t("runtime.use", { name: nameOf(choice) }),
    })
  }
  if (others) entries.push({ id: "use_own", label: t("runtime.use_own"), icon: "connect" })
  // All of somebody's own machine is behind a local one.
  if (own?.alive && inUse === me && !local) {
    entries.push({ id: "share", label: t("runtime.share"), icon: "people", isChosen: own.shared })
  }
  const company = others
    ? [nameOf(others), ...others.users].filter((name) => name !== session.view.user?.name)
    : own?.users ?? []
  return {
    others, company, entries,
    act: (id) => {
      const chosen = runtimes.find(({ owner }) => usePrefix + owner === id)
      if (chosen) session.runtimes.use(chosen.owner)
      else if (id === "use_own" && me !== null) session.runtimes.use(me)
      else if (id === "share") {
        if (own?.shared) session.runtimes.share(false)
        else askToShare()
      } else return false
      return true
    },
  }
}

export const runtimeName = nameOf
