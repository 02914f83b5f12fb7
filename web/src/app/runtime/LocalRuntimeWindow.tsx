import { useEffect, useRef, useState, type JSX } from "react"
import { jupyterCommand, parseJupyterUrl, type UrlProblem } from "../../model/jupyter_url"
import { ConfirmDialog } from "../../ui/Dialog"
import { LocalRuntimeDialog } from "../../ui/runtime/LocalRuntimeDialog"
import { t } from "../../words/words"
import { useNotebook, useSession } from "../notebook/context"
import { useLocalView } from "./local"

/** Connects the notebook to a Jupyter server of the person's own. */
export function LocalRuntimeWindow({ onClose }: { readonly onClose: () => void }): JSX.Element {
  const { session, local } = useNotebook()
  const view = useLocalView(local)
  const lease = useSession(session, (state) => state.lease)
  const alive = lease !== null && lease.state !== "ended"
  const [badUrl, setBadUrl] = useState<UrlProblem | null>(null)
  const [asking, setAsking] = useState<string | null>(null)
  /** The kernel to start once the runtime of now has ended. */
  const [next, setNext] = useState<string | null>(null)
  const wanted = useRef(false)
  useEffect(() => {
    if (next === null || alive) return
    setNext(null)
    void local.connect(next)
  }, [next, alive, local])
  useEffect(() => {
    if (view.phase === "starting") wanted.current = true
    if (wanted.current && view.phase === "connected") onClose()
  }, [view.phase, onClose])
  const close = (): void => {
    local.forget()
    onClose()
  }
  const connect = (kernel: string): void => {
    if (alive) setAsking(kernel)
    else void local.connect(kernel)
  }
  return (
    <>
      <LocalRuntimeDialog command={jupyterCommand(location.origin)} view={view} badUrl={badUrl} waiting={next !== null}
        onConnect={connect} onClose={close} onChangeUrl={() => {
          setBadUrl(null)
          local.forget()
        }} onLook={(text) => {
          const server = parseJupyterUrl(text, location.protocol === "https:")
          setBadUrl(typeof server === "string" ? server : null)
          if (typeof server !== "string") local.look(server)
        }} />
      <ConfirmDialog isOpen={asking !== null} danger title={t("runtime_type.replace_title")}
        text={t("runtime_type.replace_text")} confirmLabel={t("runtime_type.replace_confirm")}
        onClose={() => setAsking(null)} onConfirm={() => {
          setNext(asking)
          session.leasing.disconnect()
        }} />
    </>
  )
}
