/** Formats code cells, by ruff in the page's own worker: no runtime is needed. */
import { diff } from "@codemirror/merge"
import { formattable } from "../../../model/format_cell"
import { isPython, isReadOnly, languageOf } from "../../../model/notebook_state"
import { sourceOf } from "../../../model/cell_text"
import { showToast } from "../../../ui/toast"
import type { CellId } from "../../../wire/ids"
import { t } from "../../../words/words"
import type { OpenNotebook } from "../context"
import { editorOptions } from "../editor_options"

class FormatError extends Error {
  override name = "FormatError"
}

/** Until it is not needed for so long: it takes some memory. */
const restMs = 120_000

class Formatter {
  private worker: Worker | null = null
  private last = 0
  private rest: ReturnType<typeof setTimeout> | undefined
  private readonly waiting = new Map<number, { resolve: (text: string) => void; reject: (error: Error) => void }>()

  format(python: string, indent: number): Promise<string> {
    const worker = this.worker ??= this.start()
    clearTimeout(this.rest)
    this.rest = setTimeout(() => this.end(t("format.unavailable")), restMs)
    const id = ++this.last
    return new Promise((resolve, reject) => {
      this.waiting.set(id, { resolve, reject })
      worker.postMessage({ id, python, indent })
    })
  }

  private start(): Worker {
    const worker = new Worker(new URL("../../../format/format_worker.ts", import.meta.url))
    worker.onmessage = ({ data }: MessageEvent<unknown>) => this.take(data)
    worker.onerror = () => this.end(t("format.unavailable"))
    return worker
  }

  private take(data: unknown): void {
    if (typeof data !== "object" || data === null || !("id" in data) || typeof data.id !== "number") return
    const asked = this.waiting.get(data.id)
    this.waiting.delete(data.id)
    if ("text" in data && typeof data.text === "string") asked?.resolve(data.text)
    else asked?.reject(new FormatError("error" in data ? String(data.error) : ""))
  }

  private end(reason: string): void {
    this.worker?.terminate()
    this.worker = null
    for (const { reject } of this.waiting.values()) reject(new Error(reason))
    this.waiting.clear()
  }
}

const formatter = new Formatter()

/** "silently": a cell that is no Python, or broken, is nobody's concern. */
export async function formatCells(page: OpenNotebook, cells: readonly CellId[], how?: "silently"): Promise<void> {
  const { session } = page
  if (!session.view.state || !session.view.writable || !isPython(languageOf(session.view.state))) return
  for (const id of cells) {
    const cell = session.view.state.cells.get(id)
    if (cell?.cell_type !== "code" || isReadOnly(cell)) continue
    const source = sourceOf(cell.text)
    const part = formattable(source)
    if (!part) {
      if (how !== "silently" && cells.length === 1) showToast({ text: t("format.nothing") })
      continue
    }
    try {
      const formatted = part.back(await formatter.format(part.python, editorOptions().indent))
      const now = session.view.state.cells.get(id)
      // Who typed meanwhile keeps what is there.
      if (formatted === null || !now || sourceOf(now.text) !== source || formatted === source) continue
      session.change(id, {
        changes: diff(source, formatted).map(({ fromA, toA, fromB, toB }) => ({ from: fromA, to: toA, insert: formatted.slice(fromB, toB) })),
        userEvent: "format",
      })
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error)
      if (how === "silently") continue
      showToast({ text: error instanceof FormatError ? t("format.failed", { reason }) : reason, level: "warning" })
      return
    }
  }
}
