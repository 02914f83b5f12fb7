import type { JSX } from "react"
import type { Api } from "../../sync/http"
import { NameDialog } from "../../ui/history/NameDialog"
import { showToast } from "../../ui/toast"
import { t } from "../../words/words"
import { errorText } from "../errors"
import { useNotebook } from "../notebook/context"
import { whenSent } from "./sent"

interface PinWindowProps {
  readonly api: Api
  readonly onClose: () => void
  /** Shows the revisions. */
  readonly onShow: () => void
}

/** Keeps the notebook as it is now, by a name. */
export function PinWindow({ api, onClose, onShow }: PinWindowProps): JSX.Element {
  const { session, id } = useNotebook()
  return (
    <NameDialog title={t("pin.title")} text={t("pin.text")} name="" action={t("pin.do")} onClose={onClose}
      onSubmit={async (name) => {
        try {
          await whenSent(session)
          await api.history.pin(id, name)
        } catch (failure) {
          return errorText(failure)
        }
        showToast({ text: t("pin.done"), level: "success", action: { label: t("pin.show"), onPress: onShow } })
        return null
      }} />
  )
}
