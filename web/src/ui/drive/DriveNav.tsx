import type { JSX, MouseEvent } from "react"
import type { DriveView, Space } from "../../wire/drive"
import type { Cloud } from "../../wire/clouds"
import { cloudWords } from "../../words/clouds"
import { formatBytes, t } from "../../words/words"
import { Icon, type IconName } from "../icons"
import { Meter } from "../Meter"
import { cloudsFolder, isInClouds } from "./cloud_path"
import { usePathDrop } from "./drag"

/** The places that stand beside the list; a search is none. */
export const places = ["recent", "folder", "shared", "starred", "trash"] as const
const icons: Readonly<Record<DriveView, IconName>> = {
  recent: "restore", folder: "folder", shared: "people", starred: "star", trash: "trash", search: "search",
}

interface DriveNavProps {
  readonly view: DriveView
  /** Of the folder that is shown. */
  readonly path: string
  readonly clouds: readonly Cloud[]
  readonly onConnect: () => void
  readonly space: Space | null
  readonly hrefOf: (view: DriveView, path?: string) => string
  readonly onView: (view: DriveView, path?: string) => void
  /** Something was dragged onto My Drive or the Trash. */
  readonly onDrop: (view: "folder" | "trash", paths: readonly string[]) => void
}

export function DriveNav(props: DriveNavProps): JSX.Element {
  return (
    <nav className="d-nav" aria-label={t("drive.views")}>
      <div className="d-nav-all">
        <ul>{places.map((view) => <Place key={view} {...props} place={view} />)}</ul>
        <Clouds {...props} />
      </div>
      {props.space && <Used space={props.space} />}
    </nav>
  )
}

/** A plain click; others are the browser's. */
const isOwnClick = (event: MouseEvent): boolean =>
  event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey && !event.altKey

/** Other clouds, each a place of its own. */
function Clouds({ view, path, clouds, hrefOf, onView, onConnect }: DriveNavProps): JSX.Element {
  const place = (to: string, name: string, isHere: boolean): JSX.Element => (
    <li key={to}>
      <a className="d-nav-place" href={hrefOf("folder", to)} aria-current={isHere ? "page" : undefined} title={name} onClick={(event) => {
        if (!isOwnClick(event)) return
        event.preventDefault()
        onView("folder", to)
      }}><Icon name="cloud" size={18} /><span>{name}</span></a>
    </li>
  )
  const here = view === "folder" ? path : ""
  return (
    <ul className="d-nav-clouds" aria-label={cloudWords("clouds")}>
      {clouds.length > 0 && place(cloudsFolder, cloudWords("clouds"), here === cloudsFolder)}
      {clouds.map(({ name }) => {
        const to = `${cloudsFolder}/${name}`
        return place(to, name, here === to || here.startsWith(`${to}/`))
      })}
      <li><button type="button" className="d-nav-place" onClick={onConnect}>
        <Icon name="add" size={18} /><span>{cloudWords("connect")}</span>
      </button></li>
    </ul>
  )
}

function Place({ place, view, path, hrefOf, onView, onDrop }: DriveNavProps & { readonly place: (typeof places)[number] }): JSX.Element {
  const drop = usePathDrop(place === "folder" || place === "trash" ? (paths) => onDrop(place, paths) : null)
  const open = (event: MouseEvent): void => {
    if (!isOwnClick(event)) return
    event.preventDefault()
    onView(place)
  }
  return (
    <li>
      <a className={`d-nav-place ${drop.isOver ? "d-over" : ""}`} href={hrefOf(place)} onClick={open}
        aria-current={place === view && !(view === "folder" && isInClouds(path)) ? "page" : undefined} {...drop.handlers}>
        <Icon name={icons[place]} size={18} /><span>{t(`drive.view_${place}`)}</span>
      </a>
    </li>
  )
}

function Used({ space: { used, quota } }: { readonly space: Space }): JSX.Element {
  if (quota === 0) return <p className="d-space">{t("drive.space_used", { used: formatBytes(used) })}</p>
  return (
    <div className="d-space">
      <Meter label={t("drive.space")} value={used} max={quota}
        valueText={t("drive.space_of", { used: formatBytes(used), quota: formatBytes(quota) })} />
    </div>
  )
}
