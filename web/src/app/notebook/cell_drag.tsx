/** Moving cells by dragging their handle; those that are chosen together move together. */
import { useState, type DragEvent, type JSX } from "react"
import { Icon } from "../../ui/icons"
import { cellId, type CellId } from "../../wire/ids"
import { t } from "../../words/words"
import { useNotebook } from "./context"

const dragType = "application/x-colibri-cell"

/** At the edge of a cell. By keys cells move with "Move up" and "Move down". */
export function DragHandle({ id }: { readonly id: CellId }): JSX.Element {
  return (
    <span className="n-drag" draggable title={t("cell.drag")} aria-hidden="true" onDragStart={(event) => {
      event.dataTransfer.setData(dragType, id)
      event.dataTransfer.effectAllowed = "move"
      const cell = event.currentTarget.closest("[data-cell]")
      if (cell) event.dataTransfer.setDragImage(cell, 20, 20)
    }}><Icon name="drag" size={16} /></span>
  )
}

interface Place {
  /** Null: at the front. */
  readonly after: CellId | null
  readonly top: number
}

interface DropTarget {
  readonly handlers: {
    readonly onDragOver: (event: DragEvent<HTMLElement>) => void
    readonly onDragLeave: (event: DragEvent<HTMLElement>) => void
    readonly onDrop: (event: DragEvent<HTMLElement>) => void
  }
  /** Shows where it would go. */
  readonly mark: JSX.Element | null
}

/** For the element around all cells. */
export function useCellDrop(): DropTarget {
  const { commands } = useNotebook()
  const [place, setPlace] = useState<Place | null>(null)
  return {
    handlers: {
      onDragOver: (event) => {
        if (!event.dataTransfer.types.includes(dragType)) return
        event.preventDefault()
        const next = placeAt(event.currentTarget, event.clientY)
        setPlace((old) => old?.after === next.after && old.top === next.top ? old : next)
      },
      onDragLeave: (event) => {
        if (!(event.relatedTarget instanceof Node) || !event.currentTarget.contains(event.relatedTarget)) setPlace(null)
      },
      onDrop: (event) => {
        const id = event.dataTransfer.getData(dragType)
        setPlace(null)
        if (id === "") return
        event.preventDefault()
        commands.place(cellId(id), placeAt(event.currentTarget, event.clientY).after)
      },
    },
    mark: place && <div className="n-drop" style={{ top: place.top }} />,
  }
}

/** Between which two cells this height of the window is. */
function placeAt(list: HTMLElement, y: number): Place {
  const origin = list.getBoundingClientRect().top
  let after: CellId | null = null
  let top = 0
  for (const element of list.querySelectorAll<HTMLElement>("[data-cell]")) {
    const box = element.getBoundingClientRect()
    if (after === null) top = box.top - origin
    if (y < box.top + box.height / 2) break
    after = cellId(element.dataset.cell ?? "")
    top = box.bottom - origin
  }
  return { after, top }
}
