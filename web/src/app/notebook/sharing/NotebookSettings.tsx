import type { JSX } from "react"
import type { SessionView } from "../../../sync/session_view"
import { Tick } from "../../../ui/Choice"
import { Dialog } from "../../../ui/Dialog"
import { isObject, member, type JsonObject } from "../../../wire/json"
import { t } from "../../../words/words"
import { useNotebook, useSession } from "../context"

const none: JsonObject = {}

const colabOf = (metadata: JsonObject): JsonObject => {
  const colab = member(metadata, "colab")
  return isObject(colab) ? colab : none
}

const without = (object: JsonObject, key: string): JsonObject =>
  Object.fromEntries(Object.entries(object).filter(([name]) => name !== key))

/** Whether the file has no outputs, as Colab's own notebooks say it. */
export const omitsOutputs = (metadata: JsonObject): boolean =>
  member(colabOf(metadata), "private_outputs") === true

/** The notebook's metadata with that settled; all else in it stays. */
export function withOmittedOutputs(metadata: JsonObject, omit: boolean): JsonObject {
  const rest = without(colabOf(metadata), "private_outputs")
  const colab = omit ? { ...rest, private_outputs: true } : rest
  return Object.keys(colab).length > 0 ? { ...metadata, colab } : without(metadata, "colab")
}

const metadataOf = (view: SessionView): JsonObject => view.state?.metadata ?? none

/** What holds for the notebook as a whole. */
export function NotebookSettings({ onClose }: { readonly onClose: () => void }): JSX.Element {
  const { session } = useNotebook()
  const metadata = useSession(session, metadataOf)
  const writable = useSession(session, (view) => view.writable)
  return (
    <Dialog isOpen title={t("notebook_settings.title")} onClose={onClose}>
      <Tick label={t("notebook_settings.omit_outputs")} isSelected={omitsOutputs(metadata)} isDisabled={!writable}
        onChange={(omit) => session.wish({
          type: "set_notebook_metadata", metadata: withOmittedOutputs(metadataOf(session.view), omit),
        })} />
      <p className="c-hint n-settings-hint">
        {t("notebook_settings.omit_outputs_text")}{writable ? "" : ` ${t("notebook_settings.read_only")}`}
      </p>
    </Dialog>
  )
}
