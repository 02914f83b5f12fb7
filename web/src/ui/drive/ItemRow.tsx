import type { JSX, KeyboardEvent, MouseEvent, ReactNode } from "react"
import type { DriveEntry, DriveView } from "../../wire/drive"
import { language } from "../../words/language"
import { formatAgo, formatBytes, t } from "../../words/words"
import { IconButton } from "../Button"
import { Icon } from "../icons"
import { isInClouds } from "./cloud_path"
import { putPaths, usePathDrop } from "./drag"

export interface ItemRowProps {
  readonly entry: DriveEntry
  readonly index: number
  readonly view: DriveView
  readonly asGrid: boolean
  readonly chosen: boolean
  readonly active: boolean
  /** Where opening it leads, when that is an address. */
  readonly href: string | undefined
  readonly onChoose: (index: number, event: MouseEvent) => void
  readonly onOpen: (entry: DriveEntry) => void
  readonly onStar: (index: number, entry: DriveEntry) => void
  readonly onMenu: (index: number, place: { readonly x: number; readonly y: number }) => void
  readonly onFocus: (index: number) => void
  /** The paths that go along when this one is dragged. */
  readonly dragged: (index: number) => readonly string[]
  readonly onDrop: (paths: readonly string[], folder: string) => void
}

const icons = { folder: "folder", notebook: "notebook", file: "text" } as const

/** "My Drive/a/b" is "a/b" to a person, who knows whose it is. */
export const shortPlace = (place: string): string => place.replace(/^My Drive\/(?=.)/, "").replace(/^My Drive$/, t("drive.view_folder"))

export const shownName = ({ kind, name }: DriveEntry): string => kind === "notebook" ? name.replace(/\.ipynb$/, "") : name

function ownerOf({ notebook }: DriveEntry): string {
  if (!notebook || notebook.role === "owner") return t("drive.me")
  return notebook.owner.name === "" ? notebook.owner.email : notebook.owner.name
}

/** One file or folder, as a line or as a tile. */
export function ItemRow(props: ItemRowProps): JSX.Element {
  const { entry, index, view, asGrid, chosen, active } = props
  const drop = usePathDrop(entry.kind === "folder" && view !== "trash" && !chosen
    ? (paths) => props.onDrop(paths, entry.path) : null)
  const name = shownName(entry)
  const other = entry.notebook && entry.notebook.role !== "owner" ? entry.notebook.owner : null
  const mine = other === null
  const menuAt = (element: Element): void => {
    const box = element.getBoundingClientRect()
    props.onMenu(index, { x: box.right - 4, y: box.bottom + 4 })
  }
  return (
    <div className={`d-item ${asGrid ? "d-tile" : "d-line"} ${drop.isOver ? "d-over" : ""}`} role="row" data-item={index}
      aria-rowindex={index + 2} aria-selected={chosen} tabIndex={active ? 0 : -1} draggable={entry.path !== ""}
      onFocus={(event) => { if (event.target === event.currentTarget) props.onFocus(index) }}
      onClick={(event) => props.onChoose(index, event)}
      onDoubleClick={() => props.onOpen(entry)}
      onDragStart={(event) => putPaths(event, props.dragged(index))}
      onContextMenu={(event) => {
        event.preventDefault()
        props.onMenu(index, { x: event.clientX, y: event.clientY })
      }} {...drop.handlers}>
      <span role="gridcell" className="d-name">
        <Icon name={icons[entry.kind]} size={asGrid ? 36 : 20} />
        <Name {...props} name={name} />
        <span className="d-marks">
          {entry.starred && <Mark label={t("drive.is_starred")}><Icon name="star_on" size={14} /></Mark>}
          {mine && entry.notebook?.shared && <Mark label={t("drive.is_shared")}><Icon name="people" size={16} /></Mark>}
          {entry.notebook?.running && <span className="c-dot" role="img" title={t("drive.running")} aria-label={t("drive.running")} />}
        </span>
        {entry.found !== "" && <span className="d-found">{entry.found}</span>}
      </span>
      {!asGrid && <span role="gridcell" className="d-wide d-owner" title={other?.email}>
        {view === "folder" || view === "shared" ? ownerOf(entry) : mine ? shortPlace(entry.place) : ownerOf(entry)}
      </span>}
      {!asGrid && <When time={view === "trash" ? entry.trashed_ms : entry.modified_ms} />}
      {!asGrid && <span role="gridcell" className="d-wide d-number">
        {entry.kind === "folder" ? "–" : formatBytes(entry.bytes)}
      </span>}
      <span role="gridcell" className="d-act">
        {view !== "trash" && !asGrid && !isInClouds(entry.path) && <IconButton className={entry.starred ? "c-star c-star-on" : "c-star"} excludeFromTabOrder={!active}
          icon={entry.starred ? "star_on" : "star"} size={18} aria-pressed={entry.starred}
          label={`${t(entry.starred ? "drive.unstar" : "drive.star")}: ${name}`} onPress={() => props.onStar(index, entry)} />}
        <IconButton label={t("drive.actions", { name })} icon="more" excludeFromTabOrder={!active}
          onPress={(event) => menuAt(event.target)} />
      </span>
    </div>
  )
}

function When({ time }: { readonly time: number }): JSX.Element {
  const when = new Intl.DateTimeFormat(language(), { dateStyle: "full", timeStyle: "short" })
  return <span role="gridcell" className="d-when" title={when.format(time)}>{formatAgo(time, Date.now())}</span>
}

function Mark({ label, children }: { readonly label: string; readonly children: ReactNode }): JSX.Element {
  return <span className="d-mark" role="img" title={label} aria-label={label}>{children}</span>
}

/** A link where there is an address, which opens in place on a plain click. */
function Name({ entry, href, name, view, onOpen }: ItemRowProps & { readonly name: string }): JSX.Element {
  const open = (event: MouseEvent | KeyboardEvent): void => {
    event.stopPropagation()
    if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return
    event.preventDefault()
    onOpen(entry)
  }
  const words = <span className="d-words">{name}{entry.notebook && entry.notebook.role !== "owner" && <small>{ownerOf(entry)}</small>}</span>
  if (view === "trash") return words
  return (
    <a className="d-link" href={href ?? "#"} title={entry.name} tabIndex={-1} draggable={false} onClick={open}
      onDoubleClick={(event) => event.stopPropagation()}>{words}</a>
  )
}
