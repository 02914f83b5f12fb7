import "./panes.css"
import { useEffect, useMemo, useRef, useState, type JSX } from "react"
import { outlineOf, type OutlineEntry } from "../../../model/outline"
import { Button } from "../../../ui/Button"
import { cellId, type CellId } from "../../../wire/ids"
import { t } from "../../../words/words"
import { useNotebook, useSession } from "../context"
import type { PaneProps } from "../layout/rail_panes"
import { scrollToCell } from "../scroll"

const keyOf = ({ cell, nth }: OutlineEntry): string => `${cell} ${nth}`

const dragged = "application/x-colibri-section"

/** The heading that ends the section of the one at this place. */
const nextOf = (outline: readonly OutlineEntry[], at: number): OutlineEntry | undefined =>
  outline.find((entry, place) => place > at && entry.nth === 0 && entry.level <= (outline[at]?.level ?? 0))

/** The one of the same level before it, within what both are in. */
const previousOf = (outline: readonly OutlineEntry[], at: number): OutlineEntry | undefined => {
  const level = outline[at]?.level ?? 0
  const before = outline.slice(0, at).filter((entry) => entry.nth === 0 && entry.level <= level).at(-1)
  return before?.level === level ? before : undefined
}

/** The notebook's headings as a tree; the one being read is bold. */
export function ContentsPane(_: PaneProps): JSX.Element {
  const { session, focus, commands } = useNotebook()
  const writable = useSession(session, (view) => view.writable && view.state !== null)
  // The same list while the headings are the same, not after each key.
  const written = useSession(session, (view) => view.state ? JSON.stringify(outlineOf(view.state)) : "[]")
  const outline = useMemo(
    () => session.view.state ? outlineOf(session.view.state) : [],
    // eslint-disable-next-line react-hooks/exhaustive-deps
    [session, written])
  const current = useCurrent(outline)
  const [over, setOver] = useState<string | null>(null)
  const top = Math.min(6, ...outline.map(({ level }) => level))
  return (
    <>
      {outline.length === 0 && <p className="n-pane-none">{t("contents.none")}</p>}
      <ol className="n-contents">
        {outline.map((entry, at) => (
          <li key={keyOf(entry)} className={over === keyOf(entry) ? "n-contents-over" : undefined} draggable={writable && entry.nth === 0}
            onDragStart={(event) => {
              event.dataTransfer.setData(dragged, entry.cell)
              event.dataTransfer.effectAllowed = "move"
            }}
            onDragOver={(event) => {
              if (!writable || !event.dataTransfer.types.includes(dragged)) return
              event.preventDefault()
              setOver(keyOf(entry))
            }}
            onDragLeave={() => setOver(null)}
            onDrop={(event) => {
              event.preventDefault()
              setOver(null)
              const head = event.dataTransfer.getData(dragged)
              if (head === "") return
              // In the lower half: behind that section.
              const { top: edge, height } = event.currentTarget.getBoundingClientRect()
              const next = event.clientY < edge + height / 2 ? entry : nextOf(outline, at)
              commands.placeSection(cellId(head), next?.cell ?? null)
            }}>
            <button type="button" className="n-contents-entry" style={{ paddingLeft: 16 + (entry.level - top) * 16 }}
              aria-keyshortcuts={writable ? "Alt+ArrowUp Alt+ArrowDown" : undefined}
              title={writable ? t("contents.move_hint") : undefined}
              onKeyDown={(event) => {
                if (!writable || !event.altKey || (event.key !== "ArrowUp" && event.key !== "ArrowDown")) return
                event.preventDefault()
                event.stopPropagation()
                const next = event.key === "ArrowUp" ? previousOf(outline, at) : nextOf(outline, outline.indexOf(nextOf(outline, at) ?? entry))
                if (event.key === "ArrowUp" ? next : nextOf(outline, at)) commands.placeSection(entry.cell, next?.cell ?? null)
              }}
              aria-current={current === keyOf(entry) ? "location" : undefined} onClick={() => {
                focus.move(entry.cell, "cell")
                scrollToCell(entry.cell, entry.nth)
              }}>{entry.text}</button>
          </li>
        ))}
      </ol>
      <div className="n-pane-foot">
        <Button variant="plain" size="small" icon="add" isDisabled={!writable} onPress={() => commands.insertSection()}>
          {t("contents.section")}
        </Button>
      </div>
    </>
  )
}

/** The last heading above the reading line, a third down the window. */
function useCurrent(outline: readonly OutlineEntry[]): string | null {
  const { session } = useNotebook()
  const [current, setCurrent] = useState<string | null>(null)
  const frame = useRef(0)
  useEffect(() => {
    const look = (): void => {
      frame.current = 0
      const order = session.view.state?.order ?? []
      const here = cellAt(innerHeight / 3)
      const at = here === null ? -1 : order.indexOf(here)
      const above = outline.filter(({ cell }) => order.indexOf(cell) <= at)
      const last = above.at(-1)
      setCurrent(last ? keyOf(last) : null)
    }
    const later = (): void => {
      if (frame.current === 0) frame.current = requestAnimationFrame(look)
    }
    look()
    addEventListener("scroll", later, { passive: true })
    addEventListener("resize", later)
    return () => {
      cancelAnimationFrame(frame.current)
      frame.current = 0
      removeEventListener("scroll", later)
      removeEventListener("resize", later)
    }
  }, [outline, session])
  return current
}

/** The cell at this height of the window; the last above it, between two. */
function cellAt(y: number): CellId | null {
  const cells = document.querySelectorAll<HTMLElement>(".n-cells [data-cell]")
  let low = 0
  let high = cells.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((cells[middle]?.getBoundingClientRect().top ?? 0) <= y) low = middle + 1
    else high = middle
  }
  const id = cells[low - 1]?.dataset.cell
  return id === undefined ? null : cellId(id)
}
