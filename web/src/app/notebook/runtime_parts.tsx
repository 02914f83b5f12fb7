import { useEffect, useState, type JSX } from "react"
import type { Api } from "../../sync/http"
import type { RuntimeFiles } from "../../wire/api"
import type { Lease } from "../../wire/lease"
import { useLate } from "../late"
import { useNotebook, useSession } from "./context"
import type { FrameWindow } from "./layout/frame"

const filesAfterMs = 1000

interface RuntimePartsProps {
  readonly api: Api
  /** What is asked now. */
  readonly shown: FrameWindow | null
  readonly onClose: () => void
}

/** Choosing a runtime, waiting for one and the end of one; that part of the page comes when it is first wanted. */
export function RuntimeDialog({ api, shown, onClose }: RuntimePartsProps): JSX.Element | null {
  const choosing = shown === "runtime_type" || shown === "local_runtime"
  const part = useLate(choosing, () => import("../runtime/RuntimeParts"), onClose)
  if (shown === "local_runtime") return part && <part.LocalRuntimeWindow onClose={onClose} />
  return choosing && part ? <part.RuntimeTypeWindow api={api} onClose={onClose} /> : null
}

/** What stands below the menus about the runtime, when there is something. */
export function RuntimeStrips({ api }: { readonly api: Api }): JSX.Element | null {
  const { session } = useNotebook()
  const lease = useSession(session, (view) => view.lease)
  const own = useSession(session, (view) => view.user === null || view.inUse === "" || view.inUse === view.user.id)
  const due = useDue(lease)
  const [before, forget] = useFilesBefore(api, own && lease === null)
  const wanted = due || (own && (lease === null ? before !== null : lease.queue !== null || lease.state === "ended"))
  const part = useLate(wanted, () => import("../runtime/RuntimeParts"))
  if (!wanted || !part) return null
  if (lease !== null) return <part.Strips api={api} lease={lease} own={own} />
  return before && <part.EndedBefore api={api} files={before} onGone={forget} />
}

/** What the notebook's last runtime has left, when it ended while nobody was here. */
function useFilesBefore(api: Api, wanted: boolean): [RuntimeFiles | null, () => void] {
  const { id, session } = useNotebook()
  const online = useSession(session, (view) => view.connection.kind === "online")
  const [files, setFiles] = useState<RuntimeFiles | null>(null)
  useEffect(() => {
    if (!wanted || !online) return
    // What the notebook itself needs comes first.
    const timer = setTimeout(() => {
      api.runtimes.files().then((all) => setFiles(all.find(({ notebook }) => notebook === id) ?? null), () => undefined)
    }, filesAfterMs)
    return () => clearTimeout(timer)
  }, [api, id, wanted, online])
  return [files, () => setFiles(null)]
}

/** Whether people are to be told of the runtime's end by now. */
function useDue(lease: Lease | null): boolean {
  const [, setTick] = useState(0)
  const at = lease?.state === "ready" ? lease.notice_ms : 0
  useEffect(() => {
    const wait = at - Date.now()
    if (at === 0 || wait <= 0) return
    // Longer than what a timer can count is looked at again then.
    const timer = setTimeout(() => setTick((n) => n + 1), Math.min(wait, 2 ** 31 - 1))
    return () => clearTimeout(timer)
  }, [at])
  return at !== 0 && Date.now() >= at
}
