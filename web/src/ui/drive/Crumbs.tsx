import type { JSX, MouseEvent } from "react"
import { t } from "../../words/words"
import { cloudWords } from "../../words/clouds"
import { Icon } from "../icons"
import { isInClouds } from "./cloud_path"
import { usePathDrop } from "./drag"

interface CrumbsProps {
  readonly path: string
  readonly hrefOf: (path: string) => string
  readonly onOpen: (path: string) => void
  readonly onDrop: (paths: readonly string[], folder: string) => void
}

/** The folders above, each a way back and a place to drop things. */
export function Crumbs(props: CrumbsProps): JSX.Element {
  const names = props.path.split("/")
  return (
    <nav className="d-crumbs" aria-label={t("drive.path")}>
      <ol>
        {names.map((name, index) => {
          const path = names.slice(0, index + 1).join("/")
          return <Crumb key={path} {...props} path={path} name={index > 0 ? name : isInClouds(path) ? cloudWords("clouds") : t("drive.view_folder")} isLast={index === names.length - 1} />
        })}
      </ol>
    </nav>
  )
}

function Crumb({ path, name, isLast, hrefOf, onOpen, onDrop }: CrumbsProps & { readonly name: string; readonly isLast: boolean }): JSX.Element {
  const drop = usePathDrop(isLast ? null : (paths) => onDrop(paths, path))
  const open = (event: MouseEvent): void => {
    if (event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return
    event.preventDefault()
    onOpen(path)
  }
  if (isLast) return <li className="d-crumb"><h1 aria-current="page" title={name}>{name}</h1></li>
  return (
    <li className="d-crumb">
      <a href={hrefOf(path)} className={drop.isOver ? "d-over" : ""} title={name} onClick={open} {...drop.handlers}>{name}</a>
      <Icon name="chevron_right" size={18} />
    </li>
  )
}
