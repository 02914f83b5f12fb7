import { memo, useLayoutEffect, useRef, useState, type JSX } from "react"
import { isReadOnly, type Cell } from "../../model/notebook_state"
import { Icon } from "../../ui/icons"
import { t } from "../../words/words"
import { useLanguage } from "../../words/use_language"
import type { CellId } from "../../wire/ids"
import { CellComments } from "./comments/CommentsButton"
import { DragHandle } from "./cell_drag"
import { CellPeople } from "./CellPeople"
import { CellToolbar } from "./CellToolbar"
import { CodeCell } from "./CodeCell"
import { useCell, useFocus, useNotebook, useSession } from "./context"
import { InsertBar } from "./InsertBar"
import { useNear } from "./near"
import { SectionArrow, SectionBar } from "./SectionBar"
import { TextCell } from "./TextCell"

/** What takes the keyboard by itself when it is clicked. */
const ownFocus = ".n-editor, .n-toolbar, .n-input, .n-form-field, .n-drag, button"

/** How high a cell will be that was never drawn; from then on the browser remembers. */
function guessHeight(cell: Cell): number {
  const outputs = cell.outputs.length > 0 ? 120 : 0
  return cell.text.doc.lines * 20 + 28 + outputs
}

interface CellViewProps {
  readonly id: CellId
  readonly index: number
  readonly isLast: boolean
}

/** One cell: its frame, its place in the focus order, its toolbar. */
export const CellView = memo(function CellView({ id, index, isLast }: CellViewProps): JSX.Element | null {
  useLanguage()
  const { focus, session } = useNotebook()
  const element = useRef<HTMLElement>(null)
  const near = useNear(element)
  // The toolbar is costly to make: one is enough.
  const [hovered, setHovered] = useState(false)
  const cell = useCell(id)
  const writable = useSession(session, (view) => view.writable)
  const isFocused = useFocus((view) => view.cell === id)
  const mode = useFocus((view) => view.cell === id ? view.mode : null)
  const isChosen = useFocus((view) => view.chosen.has(id))
  const turn = useFocus((view) => view.cell === id ? view.turn : 0)

  useLayoutEffect(() => {
    if (turn === 0 || !element.current) return
    if (mode === "cell") element.current.focus({ preventScroll: true })
    element.current.scrollIntoView({ block: "nearest" })
    // Only when asked to move there: not when a click changes the mode.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [turn])

  if (!cell) return null
  const label = cell.cell_type === "code" ? "cell.code_label" : "cell.text_label"
  const shown = near || isFocused
  return (
    <>
      <section ref={element} tabIndex={isFocused ? 0 : -1} data-cell={id}
        aria-label={t(label, { index: index + 1 })}
        className={`n-cell n-cell-${cell.cell_type} ${isFocused ? "is-focused" : ""} ${isChosen ? "is-chosen" : ""} ${shown ? "" : "n-far"}`}
        style={{ containIntrinsicHeight: `auto ${guessHeight(cell)}px` }}
        onPointerEnter={() => setHovered(true)} onPointerLeave={() => setHovered(false)}
        onFocus={(event) => {
          if (event.target === element.current) focus.arrive(id)
        }}
        onMouseDown={(event) => {
          if ((event.ctrlKey || event.metaKey) && event.target instanceof Element && !event.target.closest(".n-editor, button, a")) {
            event.preventDefault()
            focus.toggle(id)
          } else if (event.shiftKey && !isFocused && event.target instanceof Element && !event.target.closest("button")) {
            event.preventDefault()
            focus.extend(id, session.view.state?.order ?? [])
          } else if (event.target instanceof Element && !event.target.closest(ownFocus)) {
            focus.note(id, cell.cell_type === "code" ? "cell" : mode ?? "cell")
          }
        }}>
        {cell.cell_type === "markdown" && <SectionArrow id={id} />}
        {cell.cell_type === "code" ? <CodeCell cell={cell} near={shown} />
          : <TextCell cell={cell} near={shown} />}
        {cell.cell_type === "markdown" && <SectionBar id={id} />}
        {isReadOnly(cell) && (
          <span className="n-lock" role="img" aria-label={t("cell.read_only")} title={t("cell.read_only")}>
            <Icon name="lock" size={14} />
          </span>
        )}
        {(isFocused || hovered) && writable && <DragHandle id={id} />}
        <CellPeople id={id} />
        <CellComments id={id} />
        {(isFocused || hovered) && <CellToolbar cell={cell} />}
      </section>
      {shown || isLast ? <InsertBar after={id} always={isLast} /> : <div className="n-insert" />}
    </>
  )
})
