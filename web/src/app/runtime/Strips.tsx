import { useEffect, useState, type JSX } from "react"
import type { Api } from "../../sync/http"
import { runtimeFilesUrl } from "../../sync/runtimes_api"
import { EndedStrip, EndingStrip } from "../../ui/runtime/EndStrips"
import { QueueStrip } from "../../ui/runtime/QueueStrip"
import type { Flavors, RuntimeFiles } from "../../wire/api"
import type { Lease, QueuePlace } from "../../wire/lease"
import { anyRuntime } from "../../sync/leasing"
import { serverWords } from "../../words/server_sentences"
import { useNotebook, useSession } from "../notebook/context"
import { endingWords, isWanted } from "../notebook/lease_notices"
import { orToast } from "../errors"
import { secondMs, useClock } from "../clock"
import { useFlavors } from "./flavors"
import { askToTell, mayAskToTell } from "./turn"

interface StripsProps {
  readonly api: Api
  readonly lease: Lease
  /** It is one's own, not that of somebody who shares it. */
  readonly own: boolean
}

/** Below the menus: one's place in the queue, the end that is near, the end that has come. */
export function Strips({ api, lease, own }: StripsProps): JSX.Element {
  return (
    <>
      {own && lease.queue && <Queue api={api} lease={lease} place={lease.queue} />}
      {lease.state === "ready" && lease.notice_ms > 0 && <Ending lease={lease} own={own} />}
      {own && lease.state === "ended" && <Ended key={lease.id} api={api} lease={lease} />}
    </>
  )
}

const titleOf = (flavors: Flavors | null, name: string): string =>
  flavors?.flavors.find((flavor) => flavor.name === name)?.title ?? name

function Queue({ api, lease, place }: { readonly api: Api; readonly lease: Lease; readonly place: QueuePlace }): JSX.Element {
  const { session, commands } = useNotebook()
  const now = useClock(secondMs)
  const flavors = useFlavors(api, true)
  const [mayAsk, setMayAsk] = useState(mayAskToTell)
  const wanted = place.flavor === "" ? lease.flavor : place.flavor
  return (
    <QueueStrip place={place} title={titleOf(flavors, wanted)} detail={serverWords(lease.detail)} hours={lease.hours} now_ms={now}
      meanwhile={lease.state === "ready" ? titleOf(flavors, lease.flavor) : ""}
      free={flavors?.flavors.filter(({ scheduled, free, name }) => !scheduled && free > 0 && name !== wanted) ?? []}
      mayAsk={mayAsk} onAsk={() => void askToTell().then(() => setMayAsk(mayAskToTell()))}
      onClaim={() => session.leasing.claim()} onLeave={() => session.leasing.leaveQueue()}
      onUse={(flavor) => commands.connectTo({ ...anyRuntime, flavor: flavor.name, image: lease.image })}
      onStartOn={(flavor) =>
        commands.connectTo({ ...anyRuntime, flavor: wanted, image: lease.image, meanwhile: flavor.name })} />
  )
}

function Ending({ lease, own }: { readonly lease: Lease; readonly own: boolean }): JSX.Element | null {
  const { session } = useNotebook()
  const now = useClock(secondMs)
  const idle = lease.idle_ends_ms > 0 && (lease.ends_ms === 0 || lease.idle_ends_ms < lease.ends_ms)
  const left = (idle ? lease.idle_ends_ms : lease.ends_ms) - now
  if (now < lease.notice_ms || left <= 0) return null
  return <EndingStrip idle={idle} left_ms={left} keep={lease.keep && !own ? "theirs" : lease.keep} onKeep={() => session.leasing.keep()} />
}

function Ended({ api, lease }: { readonly api: Api; readonly lease: Lease }): JSX.Element | null {
  const { commands } = useNotebook()
  const [dismissed, setDismissed] = useState(false)
  const { files, discard } = useFiles(api, lease)
  const why = isWanted(lease) ? "" : endingWords(lease)
  if (dismissed || (why === "" && files === null)) return null
  return (
    <EndedStrip why={why} onDiscard={discard} onReconnect={() => commands.connect()} onDismiss={() => setDismissed(true)}
      files={files && { href: runtimeFilesUrl(files.runtime), bytes: files.bytes, until_ms: files.until_ms }} />
  )
}

interface EndedBeforeProps {
  readonly api: Api
  readonly files: RuntimeFiles
  readonly onGone: () => void
}

/** A runtime that ended while nobody was here: why, and its files. */
export function EndedBefore({ api, files, onGone }: EndedBeforeProps): JSX.Element {
  const { commands } = useNotebook()
  const why = isWanted(files) ? "" : endingWords({ reason: files.reason, detail: "" })
  return (
    <EndedStrip why={why} onReconnect={() => commands.connect()} onDismiss={onGone}
      onDiscard={() => void orToast(api.runtimes.discardFiles(files.runtime).then(onGone))}
      files={{ href: runtimeFilesUrl(files.runtime), bytes: files.bytes, until_ms: files.until_ms }} />
  )
}

/** The files of the runtime that has ended, when they can be had. */
function useFiles(api: Api, { id }: Lease): { files: RuntimeFiles | null; discard: () => void } {
  const { session } = useNotebook()
  const online = useSession(session, (view) => view.connection.kind === "online")
  const [files, setFiles] = useState<RuntimeFiles | null>(null)
  useEffect(() => {
    let gone = false
    if (!online) return
    api.runtimes.files().then((all) => {
      if (!gone) setFiles(all.find(({ runtime }) => runtime === id) ?? null)
    }, () => undefined)
    return () => {
      gone = true
    }
  }, [api, id, online])
  const discard = (): void => void orToast(api.runtimes.discardFiles(id).then(() => setFiles(null)))
  return { files, discard }
}
