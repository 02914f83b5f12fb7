import { useCallback, useEffect, useRef, useState, type JSX, type KeyboardEvent, type MouseEvent, type RefObject } from "react"
import { Popover } from "react-aria-components"
import { choose, chooseAll, noSelection, placeByKey, type Selection } from "../../model/selection"
import type { DriveEntry, DriveView } from "../../wire/drive"
import { t } from "../../words/words"
import { MenuItems } from "../Menu"
import { ItemRow } from "./ItemRow"
import { entriesFor, itemActions, type ItemAction } from "./item_menu"
import { VirtualRows } from "./VirtualRows"

export interface ItemsProps {
  readonly total: number
  readonly at: (index: number) => DriveEntry | undefined
  readonly view: DriveView
  readonly asGrid: boolean
  readonly scroller: RefObject<HTMLElement | null>
  readonly selection: Selection
  readonly onSelection: (selection: Selection) => void
  readonly hrefOf: (entry: DriveEntry) => string | undefined
  readonly onShown: (from: number, to: number) => void
  readonly onOpen: (entry: DriveEntry) => void
  readonly onStar: (index: number, entry: DriveEntry) => void
  /** What is to be done with all that is chosen. */
  readonly onAction: (action: ItemAction) => void
  readonly onDrop: (paths: readonly string[], folder: string) => void
}

const lineHeight = 48
const tileHeight = 150
const tileWidth = 176

/** The files and folders of a view: chosen by mouse and keys, dragged, opened, with a menu each. */
export function Items(props: ItemsProps): JSX.Element {
  const { total, at, view, asGrid, selection, onSelection } = props
  const [menu, setMenu] = useState<{ readonly x: number; readonly y: number } | null>(null)
  const shape = useRef({ columns: 1, rows: 10 })
  const grid = useRef<HTMLDivElement>(null)
  const anchor = useRef<HTMLSpanElement>(null)
  const wantsFocus = useRef(false)
  const onShape = useCallback((columns: number, rows: number) => {
    shape.current = { columns, rows }
  }, [])

  const active = useRef(selection.active)
  // The row may come into the page only when it has been scrolled to, or fetched.
  const focusActive = useCallback(() => {
    if (!wantsFocus.current) return
    const row = grid.current?.querySelector<HTMLElement>(`[data-item="${active.current}"]`)
    if (!row) return
    wantsFocus.current = false
    row.focus({ preventScroll: true })
  }, [])
  useEffect(() => {
    active.current = selection.active
    focusActive()
  })
  const { onShown } = props
  const shown = useCallback((from: number, to: number) => {
    onShown(from, to)
    focusActive()
  }, [onShown, focusActive])

  const onChoose = (index: number, event: MouseEvent): void =>
    onSelection(choose(selection, index, { toggle: event.ctrlKey || event.metaKey, extend: event.shiftKey }))
  const openMenu = (index: number, place: { readonly x: number; readonly y: number }): void => {
    if (!selection.chosen.has(index)) onSelection(choose(selection, index))
    setMenu(place)
  }
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.target instanceof Element && event.target.closest("button")) return
    const current = at(selection.active)
    const handled = ((): boolean => {
      const to = placeByKey(event.key, selection.active, total, shape.current.columns, shape.current.rows)
      if (to !== null) {
        wantsFocus.current = true
        onSelection(event.ctrlKey ? { ...selection, active: to } : choose(selection, to, { extend: event.shiftKey }))
        return true
      }
      if (event.key === "a" && (event.ctrlKey || event.metaKey)) return (onSelection(chooseAll(selection, total)), true)
      if (event.key === " ") return (onSelection(choose(selection, selection.active, { toggle: true })), true)
      if (event.key === "Escape" && selection.chosen.size > 0) return (onSelection({ ...noSelection, active: selection.active }), true)
      if (event.key === "Enter" && current) return (props.onOpen(current), true)
      if (event.key === "F2" && selection.chosen.size === 1) return (props.onAction("rename"), true)
      if (event.key === "Delete" && selection.chosen.size > 0) return (props.onAction(view === "trash" ? "erase" : "trash"), true)
      if ((event.key === "ContextMenu" || (event.key === "F10" && event.shiftKey)) && current) {
        const box = grid.current?.querySelector(`[data-item="${selection.active}"]`)?.getBoundingClientRect()
        if (box) openMenu(selection.active, { x: box.left + 40, y: box.bottom })
        return true
      }
      return false
    })()
    if (handled) event.preventDefault()
  }
  const dragged = (index: number): readonly string[] => {
    const places = selection.chosen.has(index) ? [...selection.chosen] : [index]
    return places.map((place) => at(place)?.path ?? "").filter((path) => path !== "")
  }
  const chosen = [...selection.chosen].slice(0, 200).map(at).filter((entry) => entry !== undefined)
  return (
    <div ref={grid} className={`d-grid ${asGrid ? "d-tiles" : "d-lines"}`} role="grid" aria-label={t("drive.items")} aria-multiselectable
      aria-rowcount={total + 1} onKeyDown={onKeyDown}>
      {!asGrid && <Heads view={view} />}
      <VirtualRows count={total} rowHeight={asGrid ? tileHeight : lineHeight} tileWidth={asGrid ? tileWidth : 0} scroller={props.scroller}
        active={selection.active} onShown={shown} onShape={onShape} draw={(index) => {
          const entry = at(index)
          if (!entry) return <div className="d-item d-waits" role="row" aria-busy="true"><span role="gridcell" aria-label={t("app.loading")} /></div>
          return (
            <ItemRow entry={entry} index={index} view={view} asGrid={asGrid} chosen={selection.chosen.has(index)}
              active={selection.active === index} href={props.hrefOf(entry)} onChoose={onChoose} onOpen={props.onOpen}
              onStar={props.onStar} onMenu={openMenu} dragged={dragged} onDrop={props.onDrop}
              onFocus={(place) => { if (place !== selection.active) onSelection({ ...selection, active: place }) }} />
          )
        }} />
      <span ref={anchor} className="d-anchor" style={{ left: menu?.x ?? 0, top: menu?.y ?? 0 }} />
      <Popover className="c-popover" triggerRef={anchor} isOpen={menu !== null} placement="bottom start" offset={0}
        aria-label={t("drive.items")} onOpenChange={(open) => { if (!open) setMenu(null) }}>
        <MenuItems label={t("drive.items")} items={entriesFor(view, chosen)} onAction={(id) => {
          setMenu(null)
          const action = itemActions.find((each) => each === id)
          if (action) props.onAction(action)
        }} />
      </Popover>
    </div>
  )
}

function Heads({ view }: { readonly view: DriveView }): JSX.Element {
  return (
    <div className="d-heads" role="row" aria-rowindex={1}>
      <span role="columnheader">{t("drive.sort_name")}</span>
      <span role="columnheader" className="d-wide">{t(view === "folder" || view === "shared" ? "drive.column_owner" : "drive.column_place")}</span>
      <span role="columnheader" className="d-when">{t(view === "trash" ? "drive.sort_trashed" : "drive.sort_modified")}</span>
      <span role="columnheader" className="d-wide d-number">{t("drive.column_size")}</span>
      <span role="columnheader" className="d-act"><span className="c-visually-hidden">{t("drive.column_actions")}</span></span>
    </div>
  )
}
