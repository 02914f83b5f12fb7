/** A notebook that nobody has open, drawn from its file as a page that runs nothing. */
import { stateOfFile } from "../../model/file_state"
import type { PreviewContent } from "../../ui/drive/Preview"
import { notebookId } from "../../wire/ids"
import { parseIpynb } from "../../wire/ipynb"
import type { Json } from "../../wire/json"
import { errorText } from "../errors"
import { exportedPage } from "../notebook/export/export_page"

/** `ask` brings the file; what it throws is said. */
export async function lookInto(title: string, ask: () => Promise<Json>): Promise<PreviewContent> {
  try {
    // Nothing of a file lies elsewhere, so no notebook is asked for it.
    const shown = { state: stateOfFile(parseIpynb(await ask())), id: notebookId("none"), title, note: "" }
    return { kind: "page", html: await exportedPage(shown, () => null) }
  } catch (error) {
    return { kind: "failed", why: errorText(error) }
  }
}
