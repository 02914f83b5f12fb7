import { memo, useLayoutEffect, useRef, useState, useSyncExternalStore, type JSX } from "react"
import { sourceOf } from "../../model/cell_text"
import { isReadOnly, type Cell } from "../../model/notebook_state"
import { Icon } from "../../ui/icons"
import { t } from "../../words/words"
import { useLanguage } from "../../words/use_language"
import type { CellId } from "../../wire/ids"
import { guessHeight } from "./cell_height"
import { CellComments } from "./comments/CommentsButton"
import { DragHandle } from "./cell_drag"
import { CellPeople } from "./CellPeople"
import { CellToolbar } from "./CellToolbar"
import { CodeCell } from "./CodeCell"
import { useCell, useFocus, useNotebook } from "./context"
import { InsertBar } from "./InsertBar"
import { useNear, useOnce, useSettled } from "./near"
import { RunCount } from "./RunButton"
import { SectionArrow, SectionBar } from "./SectionBar"
import { usePart } from "./session_parts"
import { TextCell } from "./TextCell"

/** What takes the keyboard by itself when it is clicked. */
const ownFocus = ".n-editor, .n-toolbar, .n-input, .n-form-field, .n-drag, button"

/** So many at the top are there at once, before it is known what is seen. */
const assumedNear = 3

interface CellViewProps {
  readonly id: CellId
  readonly index: number
  readonly isLast: boolean
}

/** One cell: its frame, and its place in the focus order. */
export const CellView = memo(function CellView({ id, index, isLast }: CellViewProps): JSX.Element | null {
  useLanguage()
  const { focus, session } = useNotebook()
  const { evaluations } = session.comms.scripts
  const element = useRef<HTMLElement>(null)
  const near = useNear(element, "cell", index < assumedNear)
  // The toolbar is costly to make: one is enough.
  const [hovered, setHovered] = useState(false)
  const cell = useCell(id)
  const isFocused = useFocus((view) => view.cell === id)
  const isChosen = useFocus((view) => view.chosen.has(id))
  const turn = useFocus((view) => view.cell === id ? view.turn : 0)
  const framed = useSyncExternalStore(evaluations.subscribe, () => evaluations.wants(id))
  const settled = useSettled(near) || isFocused
  const shown = near || isFocused
  // There are many cells, and each key that is typed asks all parts of all that are whole.
  const whole = useOnce(shown || framed || Boolean(cell?.run ?? cell?.input))

  useLayoutEffect(() => {
    if (turn === 0 || !element.current) return
    if (focus.view.mode === "cell") element.current.focus({ preventScroll: true })
    element.current.scrollIntoView({ block: "nearest" })
    // Only when asked to move there: not when a click changes the mode.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [turn])

  if (!cell) return null
  const label = cell.cell_type === "code" ? "cell.code_label" : "cell.text_label"
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
            const { mode } = focus.view
            focus.note(id, cell.cell_type !== "code" && isFocused ? mode : "cell")
          }
        }}>
        {whole ? <WholeCell cell={cell} shown={shown} settled={settled} withTools={isFocused || hovered} /> : <FarCell cell={cell} />}
      </section>
      {shown || isLast ? <InsertBar after={id} always={isLast} /> : <div className="n-insert" />}
    </>
  )
})

interface WholeCellProps {
  readonly cell: Cell
  readonly shown: boolean
  /** With what is costly to make: its editor. */
  readonly settled: boolean
  readonly withTools: boolean
}

/** All that belongs to a cell; its toolbar too when somebody is at it. */
function WholeCell({ cell, shown, settled, withTools }: WholeCellProps): JSX.Element {
  const { id } = cell
  const { session } = useNotebook()
  const writable = usePart(session, "writable")
  return (
    <>
      {cell.cell_type === "markdown" && <SectionArrow cell={cell} />}
      {cell.cell_type === "code" ? <CodeCell cell={cell} near={shown} settled={settled} />
        : <TextCell cell={cell} near={shown} settled={settled} />}
      {cell.cell_type === "markdown" && <SectionBar id={id} />}
      {isReadOnly(cell) && (
        <span className="n-lock" role="img" aria-label={t("cell.read_only")} title={t("cell.read_only")}>
          <Icon name="lock" size={14} />
        </span>
      )}
      {withTools && writable && <DragHandle id={id} />}
      <CellPeople id={id} />
      <CellComments id={id} />
      {withTools && <CellToolbar cell={cell} />}
    </>
  )
}

/** What stands for a cell that nobody has come near yet: its words, for the browser's own search. */
function FarCell({ cell }: { readonly cell: Cell }): JSX.Element {
  const source = sourceOf(cell.text)
  if (cell.cell_type !== "code") {
    return <div className="n-body n-text"><pre className="n-static n-static-text">{source}</pre></div>
  }
  return (
    <>
      <div className="n-gutter"><span className="n-run"><RunCount cell={cell} /></span></div>
      <div className="n-body"><div className="n-code"><div className="n-source"><pre className="n-static">{source}{"\n"}</pre></div></div></div>
    </>
  )
}
