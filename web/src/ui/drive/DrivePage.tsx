import "./drive.css"
import { useRef, type JSX, type ReactNode, type RefObject } from "react"
import { FileTrigger } from "react-aria-components"
import type { DriveSort } from "../../sync/drive_api"
import type { Cloud } from "../../wire/clouds"
import type { DriveEntry, DriveView, Space } from "../../wire/drive"
import { cloudWords } from "../../words/clouds"
import { useLanguage } from "../../words/use_language"
import { t, tn } from "../../words/words"
import { AccountMenu } from "../AccountMenu"
import { Button, IconButton } from "../Button"
import { Icon, Logo, type IconName } from "../icons"
import { Menu } from "../Menu"
import { TextField } from "../TextField"
import { cloudsFolder, isInClouds } from "./cloud_path"
import { Crumbs } from "./Crumbs"
import { DriveNav } from "./DriveNav"
import { useFileDrop, type IncomingFile } from "./drag"
import { Items, type ItemsProps } from "./Items"
import { entriesFor, itemActions, type ItemAction } from "./item_menu"

export interface DrivePageProps extends Omit<ItemsProps, "scroller" | "total"> {
  readonly user: { readonly email: string; readonly name: string }
  readonly total: number | null
  readonly error: string | undefined
  /** Of the folder that is shown. */
  readonly path: string
  readonly words: string
  readonly sort: DriveSort
  readonly descending: boolean
  readonly space: Space | null
  readonly clouds: readonly Cloud[]
  readonly onConnect: () => void
  readonly hrefOfView: (view: DriveView, path?: string) => string
  readonly onView: (view: DriveView, path?: string) => void
  readonly onWords: (words: string) => void
  readonly onSort: (sort: DriveSort, descending: boolean) => void
  readonly onGrid: (asGrid: boolean) => void
  readonly onCreate: () => Promise<void> | void
  readonly creating: boolean
  readonly onNewFolder: () => void
  readonly onFiles: (files: readonly IncomingFile[]) => void
  readonly onEmptyTrash: () => void
  readonly onDropOn: (view: "folder" | "trash", paths: readonly string[]) => void
  readonly onRetry: () => void
}

/** One's files: places, folders, what is in them, and all that is done with it. */
export function DrivePage(props: DrivePageProps): JSX.Element {
  useLanguage()
  const main = useRef<HTMLElement>(null)
  const drop = useFileDrop(props.onFiles)
  const { view, path, total } = props
  return (
    <div className="d-page" {...drop.handlers}>
      <header className="c-list-bar">
        <div className="c-brand"><Logo /><span>{t("app.name")}</span></div>
        <TextField className="c-list-search" label={t("drive.search")} hideLabel type="search"
          placeholder={t("drive.search")} value={props.words} onChange={props.onWords} />
        <AccountMenu user={props.user} />
      </header>
      <div className="d-side">
        <DriveNav view={view} path={path} clouds={props.clouds} onConnect={props.onConnect} space={props.space} hrefOf={props.hrefOfView} onView={props.onView} onDrop={props.onDropOn} />
      </div>
      <main className="d-main" ref={main}>
        <div className="d-head">
          <div className="d-title">
            {view === "folder"
              ? <Crumbs path={path} hrefOf={(to) => props.hrefOfView("folder", to)} onOpen={(to) => props.onView("folder", to)} onDrop={props.onDrop} />
              : <h1 className="d-grow">{view === "search" ? t("drive.found", { words: props.words.trim() }) : t(`drive.view_${view}`)}</h1>}
            {view === "trash"
              ? <Button icon="trash" isDisabled={total === null || total === 0} onPress={props.onEmptyTrash}>{t("drive.empty_trash")}</Button>
              : view === "folder" && path === cloudsFolder
                ? <Button variant="primary" icon="add" onPress={props.onConnect}>{cloudWords("connect")}</Button> : <Add {...props} />}
          </div>
          <Bar {...props} />
        </div>
        {view === "trash" && <p className="d-note">{t("drive.trash_note")}</p>}
        <Body {...props} scroller={main} />
      </main>
      {drop.isOver && <div className="c-drop">
        {view === "folder" ? t("drive.drop_into", { folder: path.split("/").at(-1) ?? "" }) : t("drive.drop_here")}
      </div>}
    </div>
  )
}

function Body(props: DrivePageProps & { readonly scroller: RefObject<HTMLElement | null> }): JSX.Element {
  const { total, error } = props
  if (error !== undefined) {
    return (
      <div className="c-empty" role="alert">
        <Icon name="warning" size={44} />
        <h2>{t("drive.failed")}</h2>
        <p>{error}</p>
        <Button icon="refresh" onPress={props.onRetry}>{t("action.retry")}</Button>
      </div>
    )
  }
  if (total === null) {
    return <div className="c-list-skeleton" role="status" aria-label={t("app.loading")}><div /><div /><div /><div /></div>
  }
  if (total === 0 && props.view === "folder" && props.path === cloudsFolder) return <NoClouds />
  if (total === 0) return <Empty view={props.view} />
  return <Items {...props} total={total} />
}

function NoClouds(): JSX.Element {
  return (
    <div className="c-empty">
      <Icon name="cloud" size={44} />
      <h2>{cloudWords("none_title")}</h2>
      <p>{cloudWords("none_text")}</p>
    </div>
  )
}

const emptyIcons: Readonly<Record<DriveView, IconName>> = {
  recent: "notebook", folder: "folder", shared: "people", starred: "star", trash: "trash", search: "search",
}

/** A place with nothing in it, and how something comes into it. */
function Empty({ view }: { readonly view: DriveView }): JSX.Element {
  return (
    <div className="c-empty">
      <Icon name={emptyIcons[view]} size={44} />
      <h2>{t(`drive.${view}_title`)}</h2>
      <p>{t(`drive.${view}_text`)}</p>
    </div>
  )
}

function Add({ view, path, onCreate, creating, onNewFolder, onFiles }: DrivePageProps): JSX.Element {
  const folder = useRef<HTMLInputElement>(null)
  const take = (files: Iterable<File> | null): void => {
    const all = Array.from(files ?? [], (file) => ({ path: file.webkitRelativePath || file.name, file }))
    if (all.length > 0) onFiles(all)
  }
  return (
    <div className="d-add">
      <FileTrigger allowsMultiple onSelect={take}>
        <Button icon="upload">{t("drive.upload")}</Button>
      </FileTrigger>
      <input ref={folder} type="file" hidden multiple {...{ webkitdirectory: "" }} onChange={(event) => {
        take(event.target.files)
        event.target.value = ""
      }} />
      <Menu label={t("drive.more")} placement="bottom end" onAction={(id) => {
        if (id === "folder") onNewFolder()
        else folder.current?.click()
      }} items={[
        { id: "folder", label: t("drive.new_folder"), icon: "folder" },
        { id: "tree", label: t("drive.upload_folder"), icon: "upload" },
      ]} trigger={<IconButton icon="more" label={t("drive.more")} />} />
      {!(view === "folder" && isInClouds(path)) && <Button variant="primary" icon="add" pending={creating} onPress={() => void onCreate()}>{t("drive.new_notebook")}</Button>}
    </div>
  )
}

const sorts = (view: DriveView): readonly DriveSort[] =>
  view === "trash" ? ["trashed", "name", "size"] : view === "folder" ? ["name", "modified", "size"] : ["opened", "name", "modified", "size"]

/** What is chosen and what to do with it; else how many there are, and how they stand. */
function Bar(props: DrivePageProps): JSX.Element {
  const { total, selection, sort, descending, asGrid, view } = props
  const chosen = [...selection.chosen].slice(0, 200).map(props.at).filter((entry: DriveEntry | undefined) => entry !== undefined)
  const count = selection.chosen.size
  return (
    <div className="d-bar">
      <span role="status" className={count > 0 ? "d-chosen" : ""}>
        {count > 0 ? <strong>{tn("drive.chosen", count)}</strong> : total !== null && total > 0 && tn("drive.count", total)}
      </span>
      {count > 0 && <ChosenActions entries={chosen} view={view} onAction={props.onAction}>
        <IconButton icon="close" size={18} label={t("drive.choose_none")}
          onPress={() => props.onSelection({ ...selection, chosen: new Set() })} />
      </ChosenActions>}
      <span className="d-grow" />
      <Menu label={t("drive.sort")} placement="bottom end"
        onAction={(id) => {
          const chosenSort = sorts(view).find((each) => each === id)
          if (chosenSort) props.onSort(chosenSort, chosenSort === sort ? !descending : chosenSort !== "name")
        }}
        items={sorts(view).map((id) => ({ id, label: t(`drive.sort_${id}`), isChosen: id === sort }))}
        trigger={<Button size="small" variant="plain" icon={descending ? "move_down" : "move_up"}
          aria-label={`${t("drive.sort")}: ${t(`drive.sort_${sort}`)}, ${t(descending ? "drive.descending" : "drive.ascending")}`}>
          {t(`drive.sort_${sort}`)}</Button>} />
      <IconButton icon={asGrid ? "contents" : "form"} size={18} label={t(asGrid ? "drive.as_list" : "drive.as_grid")}
        onPress={() => props.onGrid(!asGrid)} />
    </div>
  )
}

function ChosenActions({ entries, view, onAction, children }: {
  readonly entries: readonly DriveEntry[]; readonly view: DriveView
  readonly onAction: (action: ItemAction) => void; readonly children: ReactNode
}): JSX.Element {
  return (
    <>
      {entriesFor(view, entries).map((entry) => {
        if ("separator" in entry || "title" in entry || entry.icon === undefined) return null
        const action = itemActions.find((each) => each === entry.id)
        return action && <IconButton key={entry.id} icon={entry.icon} size={18} label={entry.label} danger={entry.danger ?? false}
          onPress={() => onAction(action)} />
      })}
      {children}
    </>
  )
}
