import { memo, useLayoutEffect, useRef, type JSX } from "react"
import { t } from "../../words/words"
import { useLanguage } from "../../words/use_language"
import type { CellId } from "../../wire/ids"
import { CellToolbar } from "./CellToolbar"
import { CodeCell } from "./CodeCell"
import { useCell, useFocus, useNotebook } from "./context"
import { useNear } from "./near"
import { TextCell } from "./TextCell"

interface CellViewProps {
  readonly id: CellId
  readonly index: number
}

/** One cell: its frame, its place in the focus order, its toolbar. */
export const CellView = memo(function CellView({ id, index }: CellViewProps): JSX.Element | null {
  useLanguage()
  const { focus } = useNotebook()
  const element = useRef<HTMLElement>(null)
  const near = useNear(element)
  const cell = useCell(id)
  const isFocused = useFocus((view) => view.cell === id)
  const mode = useFocus((view) => view.cell === id ? view.mode : null)
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
  return (
    <section ref={element} tabIndex={isFocused ? 0 : -1} data-cell={id}
      aria-label={t(label, { index: index + 1 })}
      className={`n-cell n-cell-${cell.cell_type} ${isFocused ? "is-focused" : ""}`}
      onFocus={(event) => {
        if (event.target === element.current) focus.note(id, "cell")
      }}
      onMouseDown={(event) => {
        if (event.target instanceof Element && !event.target.closest(".n-editor, .n-toolbar, button")) {
          focus.note(id, cell.cell_type === "code" ? "cell" : mode ?? "cell")
        }
      }}>
      {cell.cell_type === "code"
        ? <CodeCell cell={cell} near={near || isFocused} />
        : <TextCell cell={cell} near={near || isFocused} />}
      {(isFocused || near) && <CellToolbar cell={cell} />}
    </section>
  )
})
