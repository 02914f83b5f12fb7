/** The formatter, which comes when somebody first wants it. */
import { showToast } from "../../../ui/toast"
import type { CellId } from "../../../wire/ids"
import { t } from "../../../words/words"
import type { OpenNotebook } from "../context"

export async function format(page: OpenNotebook, cells: readonly CellId[], how?: "silently"): Promise<void> {
  try {
    await (await import("./format")).formatCells(page, cells, how)
  } catch {
    showToast({ text: t("format.unavailable"), level: "warning" })
  }
}
