/** Addresses of cells: `#scrollTo=ID`, as Colab writes them. */
import { useEffect } from "react"
import { showToast } from "../../ui/toast"
import { cellId, type CellId } from "../../wire/ids"
import { t } from "../../words/words"
import { useSession, type OpenNotebook } from "./context"
import { scrollToCell } from "./scroll"

export function linkedCell(hash: string): CellId | null {
  const id = new URLSearchParams(hash.replace(/^#/, "")).get("scrollTo")
  return id === null || id === "" ? null : cellId(id)
}

export const linkTo = (id: CellId): string => `${location.origin}${location.pathname}#scrollTo=${encodeURIComponent(id)}`

export async function copyLink(id: CellId): Promise<void> {
  const link = linkTo(id)
  try {
    await navigator.clipboard.writeText(link)
    showToast({ text: t("cell.link_copied") })
  } catch {
    // Not allowed: then it can be copied by hand.
    showToast({ text: link, timeoutMs: 0 })
  }
}

/** Goes to the cell that the address names; and keeps a cell seen that gets the keyboard in a collapsed section. */
export function useCellLink({ session, focus, sections }: OpenNotebook): void {
  const ready = useSession(session, (view) => view.state !== null)
  useEffect(() => {
    if (!ready) return
    const go = (): void => {
      const cell = linkedCell(location.hash)
      if (cell === null || !session.view.state?.cells.has(cell)) return
      sections.reveal(cell)
      focus.move(cell, "cell")
      // After the cells that are drawn only behind the first screen.
      setTimeout(() => scrollToCell(cell), 100)
    }
    go()
    addEventListener("hashchange", go)
    return () => removeEventListener("hashchange", go)
  }, [ready, session, focus, sections])
  useEffect(() => focus.subscribe(() => {
    const { cell } = focus.view
    if (cell !== null) sections.reveal(cell)
  }), [focus, sections])
}
