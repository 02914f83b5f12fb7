import { useEffect, useState, type JSX } from "react"
import { t } from "../../words/words"
import { Button, IconButton } from "../Button"
import { Dialog } from "../Dialog"
import { Icon } from "../icons"
import { Spinner } from "../Spinner"
import { shortPlace } from "./ItemRow"

interface MoveDialogProps {
  readonly from: string
  /** The folders in a folder, as paths. */
  readonly foldersIn: (path: string) => Promise<readonly string[]>
  /** These are moved, and nothing goes into itself. */
  readonly paths: readonly string[]
  readonly onMove: (folder: string) => void
  readonly onClose: () => void
}

const nameOf = (path: string): string => path.slice(path.lastIndexOf("/") + 1)

/** Chooses a folder, from folder to folder. */
export function MoveDialog({ from, foldersIn, paths, onMove, onClose }: MoveDialogProps): JSX.Element {
  const [at, setAt] = useState(from)
  const [folders, setFolders] = useState<readonly string[] | null>(null)
  useEffect(() => {
    let current = true
    setFolders(null)
    foldersIn(at).then((found) => {
      if (current) setFolders(found.filter((path) => !paths.includes(path)))
    }, () => {
      if (current) setFolders([])
    })
    return () => {
      current = false
    }
  }, [at, foldersIn, paths])
  const above = at.includes("/") ? at.slice(0, at.lastIndexOf("/")) : null
  const here = paths.every((path) => path.slice(0, path.lastIndexOf("/")) === at)
  return (
    <Dialog isOpen title={t("drive.move_title")} onClose={onClose} footer={
      <>
        <Button variant="plain" onPress={onClose}>{t("action.cancel")}</Button>
        <Button variant="primary" isDisabled={here} onPress={() => onMove(at)}>{t("drive.move_here")}</Button>
      </>
    }>
      <div className="d-move-head">
        <IconButton icon="move_up" label={t("drive.move_up")} isDisabled={above === null}
          onPress={() => { if (above !== null) setAt(above) }} />
        <strong>{shortPlace(at)}</strong>
      </div>
      {folders === null ? <Spinner label={t("app.loading")} />
        : folders.length === 0 ? <p className="d-move-none">{t("drive.move_none")}</p>
          : <ul className="d-move-list">{folders.map((path) => (
            <li key={path}><button type="button" onClick={() => setAt(path)}>
              <Icon name="folder" size={18} /><span>{nameOf(path)}</span><Icon name="chevron_right" size={16} />
            </button></li>
          ))}</ul>}
    </Dialog>
  )
}
