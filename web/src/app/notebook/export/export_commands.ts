/** A notebook as a file of HTML, and on paper. */
import { showToast } from "../../../ui/toast"
import { formatMoment, t } from "../../../words/words"
import type { Cell } from "../../../model/notebook_state"
import type { OpenNotebook } from "../context"
import { saveFile } from "../save_file"
import { exportedPage } from "./export_page"

/** The frame of a cell's output, where it stands in the page now. */
function frameHeight(cell: Cell, output: number): number | null {
  const drawn = document.querySelectorAll(`[data-cell="${CSS.escape(cell.id)}"] .o-output`)[output]
  return drawn?.querySelector("iframe")?.offsetHeight ?? null
}

async function exported({ session, id }: OpenNotebook): Promise<string | null> {
  const { state, title } = session.view
  return state && exportedPage({ state, id, title, note: t("export.when", { time: formatMoment(Date.now()) }) }, frameHeight)
}

export async function saveHtml(page: OpenNotebook): Promise<void> {
  const html = await exported(page)
  if (html !== null) saveFile(page.session.view.title, ".html", "text/html", html)
}

/** How long a page that could not be printed is kept. */
const printMs = 10 * 60_000

/** Prints what would be exported: all cells, also those that were never scrolled to. A browser makes a PDF of it too. */
export async function printNotebook(page: OpenNotebook, asPdf: boolean): Promise<void> {
  const html = await exported(page)
  if (html === null) return
  if (asPdf) showToast({ text: t("export.as_pdf") })
  const frame = document.createElement("iframe")
  frame.className = "n-print-frame"
  frame.title = t("menu.print")
  frame.tabIndex = -1
  frame.setAttribute("aria-hidden", "true")
  // No script runs in it; the page itself asks for the paper.
  frame.setAttribute("sandbox", "allow-same-origin allow-modals")
  frame.srcdoc = html
  const loaded = new Promise((resolve) => frame.addEventListener("load", resolve, { once: true }))
  document.body.append(frame)
  await loaded
  const inside = frame.contentWindow
  if (!inside) return
  await inside.document.fonts.ready
  await Promise.all(Array.from(inside.document.images, (image) => image.decode().catch(() => undefined)))
  inside.addEventListener("afterprint", () => frame.remove(), { once: true })
  setTimeout(() => frame.remove(), printMs)
  inside.focus()
  inside.print()
}
