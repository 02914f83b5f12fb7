import { useEffect, useMemo, useRef, useState, type DragEvent, type JSX } from "react"
import { FileTrigger } from "react-aria-components"
import type { NotebookEntry } from "../wire/api"
import type { NotebookId } from "../wire/ids"
import { useLanguage } from "../words/use_language"
import { t, tn } from "../words/words"
import { AccountMenu } from "./AccountMenu"
import { Button } from "./Button"
import { ConfirmDialog } from "./Dialog"
import { Icon, Logo } from "./icons"
import { EmptyView, isIn, ListViews, type ListView } from "./ListViews"
import { NotebookTable } from "./NotebookTable"
import { RenameDialog } from "./RenameDialog"
import { TextField } from "./TextField"
import { showToast } from "./toast"

export interface NotebookListPageProps {
  readonly user: { readonly email: string; readonly name: string }
  /** Null while they are loaded. */
  readonly notebooks: readonly NotebookEntry[] | null
  /** Why they could not be loaded, in words. */
  readonly error?: string | undefined
  readonly view: ListView
  readonly onView: (view: ListView) => void
  readonly hrefOf: (id: NotebookId) => string
  readonly onOpen: (id: NotebookId) => void
  readonly onStar: (notebook: NotebookEntry) => void
  readonly onShare: (notebook: NotebookEntry) => void
  readonly onCopy: (id: NotebookId) => void
  /** Somebody else's notebook leaves the lists, and one's own access to it with that. */
  readonly onForget: (notebook: NotebookEntry) => void
  readonly onCreate: () => Promise<void> | void
  readonly onUpload: (files: readonly File[]) => Promise<void> | void
  readonly onRename: (id: NotebookId, title: string) => Promise<void> | void
  readonly onDelete: (id: NotebookId) => Promise<void> | void
  readonly onRetry?: (() => void) | undefined
}

/** One's own notebooks and those of others: open, make, upload, share, star, rename, delete. */
export function NotebookListPage(props: NotebookListPageProps): JSX.Element {
  useLanguage()
  const [query, setQuery] = useState("")
  const [renaming, setRenaming] = useState<NotebookEntry | null>(null)
  const [deleting, setDeleting] = useState<NotebookEntry | null>(null)
  const [forgetting, setForgetting] = useState<NotebookEntry | null>(null)
  const drop = useFileDrop((files) => upload(files, props.onUpload))
  const { notebooks, view } = props
  const inView = useMemo(() => notebooks?.filter((notebook) => isIn(view, notebook)) ?? [], [notebooks, view])
  const found = useMemo(() => matching(inView, query), [inView, query])

  return (
    <div className="c-list" {...drop.handlers}>
      <header className="c-list-bar">
        <div className="c-brand"><Logo /><span>{t("app.name")}</span></div>
        <TextField className="c-list-search" label={t("list.search")} hideLabel type="search"
          placeholder={t("list.search")} value={query} onChange={setQuery} />
        <AccountMenu user={props.user} />
      </header>
      <main className="c-list-main">
        <div className="c-list-head">
          <h1>{t("list.title")}</h1>
          <span className="c-list-count">
            {inView.length > 0 && tn("list.count", inView.length)}
          </span>
          <Actions onCreate={props.onCreate} onUpload={props.onUpload} />
        </div>
        <ListViews view={view} onView={props.onView}>
          {props.error !== undefined ? <Failed error={props.error} onRetry={props.onRetry} />
            : notebooks === null ? <Skeleton />
              : inView.length === 0 ? <EmptyView view={view} />
                : found.length === 0
                  ? <p className="c-empty">{t("list.nothing_found", { query })}</p>
                  : <NotebookTable {...props} notebooks={found}
                      onRename={setRenaming} onDelete={setDeleting} onForget={setForgetting} />}
        </ListViews>
      </main>
      {drop.isOver && <div className="c-drop">{t("list.drop_here")}</div>}
      {renaming && <RenameDialog key={renaming.id} title={renaming.title}
        onClose={() => setRenaming(null)}
        onRename={(title) => props.onRename(renaming.id, title)} />}
      <ConfirmDialog isOpen={deleting !== null} danger confirmLabel={t("action.delete")}
        title={t("list.delete_title", { title: deleting?.title ?? "" })} text={t("list.delete_text")}
        onClose={() => setDeleting(null)}
        onConfirm={() => deleting ? props.onDelete(deleting.id) : undefined} />
      <ConfirmDialog isOpen={forgetting !== null} danger confirmLabel={t("share.leave")}
        title={t("share.leave_title")} text={t("share.leave_text")} onClose={() => setForgetting(null)}
        onConfirm={() => {
          if (forgetting) props.onForget(forgetting)
        }} />
    </div>
  )
}

function matching(notebooks: readonly NotebookEntry[], query: string): readonly NotebookEntry[] {
  const words = query.toLocaleLowerCase().split(/\s+/).filter((word) => word !== "")
  return notebooks
    .filter(({ title, path, owner }) => {
      const text = `${title} ${path} ${path === "" ? owner.name : ""}`.toLocaleLowerCase()
      return words.every((word) => text.includes(word))
    })
    .sort((a, b) => lastTouched(b) - lastTouched(a))
}

const lastTouched = (notebook: NotebookEntry): number => Math.max(notebook.modified_ms, notebook.opened_ms)

function upload(
  files: readonly File[], onUpload: NotebookListPageProps["onUpload"],
): void {
  const notebooks = files.filter((file) => file.name.toLowerCase().endsWith(".ipynb"))
  if (notebooks.length < files.length) showToast({ text: t("list.not_notebook"), level: "warning" })
  if (notebooks.length > 0) void onUpload(notebooks)
}

function Actions(
  { onCreate, onUpload }: Pick<NotebookListPageProps, "onCreate" | "onUpload">,
): JSX.Element {
  const [pending, setPending] = useState(false)
  const alive = useRef(true)
  useEffect(() => {
    alive.current = true
    return () => {
      alive.current = false
    }
  }, [])
  const create = async (): Promise<void> => {
    setPending(true)
    try {
      await onCreate()
    } finally {
      if (alive.current) setPending(false)
    }
  }
  return (
    <>
      <FileTrigger acceptedFileTypes={[".ipynb"]} allowsMultiple
        onSelect={(files) => upload(Array.from(files ?? []), onUpload)}>
        <Button icon="upload">{t("list.upload")}</Button>
      </FileTrigger>
      <Button variant="primary" icon="add" pending={pending} onPress={() => void create()}>
        {t("list.new")}
      </Button>
    </>
  )
}

function Failed(
  { error, onRetry }: { readonly error: string; readonly onRetry: (() => void) | undefined },
): JSX.Element {
  return (
    <div className="c-empty" role="alert">
      <Icon name="warning" size={44} />
      <h2>{t("list.failed")}</h2>
      <p>{error}</p>
      {onRetry && <Button icon="refresh" onPress={onRetry}>{t("action.retry")}</Button>}
    </div>
  )
}

function Skeleton(): JSX.Element {
  return (
    <div className="c-list-skeleton" role="status" aria-label={t("app.loading")}>
      <div /><div /><div /><div />
    </div>
  )
}

interface FileDrop {
  readonly isOver: boolean
  readonly handlers: Readonly<Record<"onDragEnter" | "onDragOver" | "onDragLeave" | "onDrop",
    (event: DragEvent) => void>>
}

/** Takes files dropped anywhere on an element; dragged text and links are left alone. */
function useFileDrop(onFiles: (files: readonly File[]) => void): FileDrop {
  const [depth, setDepth] = useState(0)
  const guarded = (react: (event: DragEvent) => void) => (event: DragEvent): void => {
    if (!event.dataTransfer.types.includes("Files")) return
    event.preventDefault()
    react(event)
  }
  return {
    isOver: depth > 0,
    handlers: {
      onDragEnter: guarded(() => setDepth((now) => now + 1)),
      onDragOver: guarded((event) => { event.dataTransfer.dropEffect = "copy" }),
      onDragLeave: guarded(() => setDepth((now) => Math.max(0, now - 1))),
      onDrop: guarded((event) => {
        setDepth(0)
        onFiles(Array.from(event.dataTransfer.files))
      }),
    },
  }
}
