import type { JSX } from "react"
import { languageOf } from "../../model/notebook_state"
import type { OpeningApi } from "../../sync/opening_api"
import { InfoDialog, type Fact } from "../../ui/help/InfoDialog"
import { isObject, member, optionalStringAt } from "../../wire/json"
import type { NotebookFacts } from "../../wire/opening"
import { formatBytes, formatMoment, formatNumber, t } from "../../words/words"
import { useLoaded } from "../account/loaded"
import { useNotebook, useSession } from "../notebook/context"
import { omitsOutputs } from "../notebook/sharing/NotebookSettings"

interface InfoWindowProps {
  readonly api: OpeningApi
  readonly onClose: () => void
}

/** What is known of the open notebook: as a file, and as it is here now. */
export function InfoWindow({ api, onClose }: InfoWindowProps): JSX.Element {
  const { id } = useNotebook()
  const { value, error } = useLoaded(() => api.facts(id))
  const facts = useFacts(value)
  return <InfoDialog facts={facts} error={error} onClose={onClose} />
}

function useFacts(file: NotebookFacts | null): readonly Fact[] | null {
  const { session } = useNotebook()
  const state = useSession(session, (view) => view.state)
  const { user, playground } = session.view
  if (!file || !state) return null
  const cells = [...state.cells.values()]
  const code = cells.filter(({ cell_type }) => cell_type === "code").length
  const name = file.owner.name === "" ? file.owner.email : file.owner.name
  const { metadata } = state
  const accelerator = optionalStringAt(metadata, "accelerator")
  const colab = member(metadata, "colab")
  const model = isObject(colab) ? optionalStringAt(colab, "gpuType") : ""
  return [
    { label: t("info.name"), value: `${file.title}.ipynb` },
    // What is from elsewhere is nobody's here.
    ...(name === "" ? [] : [{ label: t("info.owner"), value: file.owner.id === user?.id ? t("info.me", { name }) : name }]),
    ...(playground ? [{ label: t("info.location"), value: t("info.no_file") }]
      : file.path === "" ? [] : [{ label: t("info.location"), value: file.path.split("/").slice(0, -1).join(" › ") }]),
    ...(playground ? [] : [{ label: t("info.size"), value: formatBytes(file.bytes) }]),
    { label: t("info.created"), value: formatMoment(file.created_ms) },
    ...(file.modified_ms === 0 ? [] : [{ label: t("info.modified"), value: formatMoment(file.modified_ms) }]),
    {
      label: t("info.cells"), value: t("info.cells_text", {
        count: formatNumber(cells.length), code: formatNumber(code), text: formatNumber(cells.length - code),
      }),
    },
    { label: t("info.language"), value: languageOf(state) },
    { label: t("info.outputs"), value: t(omitsOutputs(metadata) ? "info.outputs_omitted" : "info.outputs_saved") },
    {
      label: t("info.accelerator"),
      value: accelerator === "" || accelerator === "NONE" ? t("info.accelerator_none")
        : model === "" ? accelerator : `${accelerator} (${model})`,
    },
  ]
}
