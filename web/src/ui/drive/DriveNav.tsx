import type { JSX, MouseEvent } from "react"
import type { DriveView, Space } from "../../wire/drive"
import { formatBytes, t } from "../../words/words"
import { Icon, type IconName } from "../icons"
import { Meter } from "../Meter"
import { usePathDrop } from "./drag"

/** The places that stand beside the list; a search is none. */
export const places = ["recent", "folder", "shared", "starred", "trash"] as const
const icons: Readonly<Record<DriveView, IconName>> = {
  recent: "restore", folder: "folder", shared: "people", starred: "star", trash: "trash", search: "search",
}

interface DriveNavProps {
  readonly view: DriveView
  readonly space: Space | null
  readonly hrefOf: (view: DriveView) => string
  readonly onView: (view: DriveView) => void
  /** Something was dragged onto My Drive or the Trash. */
  readonly onDrop: (view: "folder" | "trash", paths: readonly string[]) => void
}

export function DriveNav(props: DriveNavProps): JSX.Element {
  return (
    <nav className="d-nav" aria-label={t("drive.views")}>
      <ul>{places.map((view) => <Place key={view} {...props} place={view} />)}</ul>
      {props.space && <Used space={props.space} />}
    </nav>
  )
}

function Place({ place, view, hrefOf, onView, onDrop }: DriveNavProps & { readonly place: (typeof places)[number] }): JSX.Element {
  const drop = usePathDrop(place === "folder" || place === "trash" ? (paths) => onDrop(place, paths) : null)
  const open = (event: MouseEvent): void => {
    if (event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return
    event.preventDefault()
    onView(place)
  }
  return (
    <li>
      <a className={`d-nav-place ${drop.isOver ? "d-over" : ""}`} href={hrefOf(place)} onClick={open}
        aria-current={place === view ? "page" : undefined} {...drop.handlers}>
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
