import { useState, type JSX, type SyntheticEvent } from "react"
import { PortsApi } from "../../../sync/ports_api"
import { Button } from "../../../ui/Button"
import { Dialog } from "../../../ui/Dialog"
import { TextField } from "../../../ui/TextField"
import { t } from "../../../words/words"
import { enterPort } from "../../enter_port"
import { errorText } from "../../errors"
import { useNotebook } from "../context"

const most = 65_535

/** Asks for a port of the runtime, and shows what listens there in a tab of the browser. */
export function PortWindow({ onClose }: { readonly onClose: () => void }): JSX.Element {
  const { api, id } = useNotebook()
  const [text, setText] = useState("")
  const [pending, setPending] = useState(false)
  const [error, setError] = useState<string>()
  const port = /^\d{1,5}$/.test(text.trim()) ? Number(text) : 0
  const isPort = port > 0 && port <= most
  const submit = async (event: SyntheticEvent): Promise<void> => {
    event.preventDefault()
    if (pending) return
    if (!isPort) {
      setError(t("port.none", { most }))
      return
    }
    setPending(true)
    try {
      enterPort(await api.part(PortsApi).open(id, port), "/", "_blank")
      onClose()
    } catch (failure) {
      setError(errorText(failure))
      setPending(false)
    }
  }
  return (
    <Dialog isOpen title={t("port.title")} onClose={onClose}>
      <form className="c-form" noValidate onSubmit={(event) => void submit(event)}>
        <TextField label={t("port.label")} value={text} inputMode="numeric" autoFocus maxLength={5} error={error}
          description={t("port.about")} onChange={(next) => {
            setText(next)
            setError(undefined)
          }} />
        <div className="c-dialog-foot">
          <Button variant="plain" onPress={onClose}>{t("action.cancel")}</Button>
          <Button variant="primary" type="submit" icon="external" pending={pending}>{t("port.open")}</Button>
        </div>
      </form>
    </Dialog>
  )
}
