/** A copy of the open notebook in one's own Drive, as it is now. */
import type { Api } from "../../../sync/http"
import { showToast } from "../../../ui/toast"
import type { NotebookId } from "../../../wire/ids"
import { t } from "../../../words/words"
import { orToast } from "../../errors"
import { navigate } from "../../router"
import { notebookHref } from "../../routes"

export async function copyToDrive(api: Api, id: NotebookId): Promise<void> {
  await orToast(api.sharing.copy(id).then((made) => {
    navigate(notebookHref(made))
    showToast({ text: t("playground.copied"), level: "success" })
  }))
}
