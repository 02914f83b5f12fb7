import "./files.css"
import { useEffect, useMemo, useRef, useState, useSyncExternalStore, type DragEvent, type JSX } from "react"
import { localFlavor } from "../../../sync/local_runtime"
import { nodesOf, isWhole, type FileNode } from "../../../model/file_tree"
import { Button, IconButton } from "../../../ui/Button"
import { Meter } from "../../../ui/Meter"
import { keyOf, type Place } from "../../../wire/runtime_files"
import { formatBytes, t } from "../../../words/words"
import { remember, remembered } from "../../remembered"
import { useNotebook, useSession } from "../context"
import { FileDialogs, type FileQuestion } from "./FileDialogs"
import { FileMenu, type OpenMenu } from "./FileMenu"
import { FilesTree } from "./FilesTree"
import { MountDrive, MountedDrives } from "./MountDrive"
import { filesOf, downloadFile } from "./files"
import { bringIn, chooseFiles } from "./bring_in"
import { dropped } from "./dropped"
import { UploadList } from "./UploadList"

const hiddenKey = "colibri.files.hidden"

/** The files of the runtime in use: a tree that follows what happens there. */
export function FilesPane(): JSX.Element {
  const { session, commands } = useNotebook()
  const lease = useSession(session, (view) => view.lease)
  const writable = useSession(session, (view) => view.writable)
  if (lease?.flavor === localFlavor && lease.state === "ready") return <p className="n-pane-none">{t("files.local")}</p>
  if (lease?.state !== "ready") {
    const waits = lease !== null && lease.state !== "ended"
    return (
      <div className="f-empty">
        <p>{t(waits ? "files.starting" : "files.connect_first")}</p>
        {!waits && writable && <Button variant="primary" size="small" onPress={() => commands.connect()}>{t("runtime.connect")}</Button>}
      </div>
    )
  }
  return <RuntimeFiles key={lease.id} id={lease.id} />
}

function RuntimeFiles({ id }: { readonly id: string }): JSX.Element {
  const notebook = useNotebook()
  const { browsing } = filesOf(notebook)
  const tree = useSyncExternalStore(browsing.subscribe, () => browsing.view)
  const nodes = useMemo(() => nodesOf(tree), [tree])
  const [menu, setMenu] = useState<OpenMenu | null>(null)
  const [question, setQuestion] = useState<FileQuestion | null>(null)
  const { target, ...drop } = useDrop((folder, transfer) => {
    void dropped(transfer).then((all) => bringIn(notebook, folder, all))
  }, tree.root)
  useEffect(() => {
    browsing.begin(id)
    browsing.setHidden(remembered(hiddenKey) === "1")
    return browsing.look()
  }, [browsing, id])
  const open = (node: FileNode): void => {
    if (node.inside === null) notebook.files.open(node.place)
  }
  const act = (action: string, node: FileNode | null): void => {
    setMenu(null)
    const folder = node === null ? tree.root : node.inside === null ? node.folder : node.place
    switch (action) {
      case "open": if (node) open(node); break
      case "download": if (node) downloadFile(notebook, node.place, node.inside !== null); break
      case "copy": if (node) void navigator.clipboard.writeText(node.place.path); break
      case "upload": void chooseFiles(false).then((all) => bringIn(notebook, folder, all)); break
      case "upload_folder": void chooseFiles(true).then((all) => bringIn(notebook, folder, all)); break
      case "new_file": case "new_folder": setQuestion({ kind: action, folder }); break
      case "rename": if (node) setQuestion({ kind: "rename", node }); break
      case "remove": if (node) setQuestion({ kind: "remove", node }); break
      case "refresh": browsing.refresh(); break
    }
  }
  const known = tree.folders.get(keyOf(tree.root))
  return (
    <div className="f-pane" data-drop={target === keyOf(tree.root) || undefined} {...drop}>
      <Toolbar onAct={(action) => act(action, null)} hidden={tree.hidden} whole={isWhole(tree)}
        onHidden={() => {
          remember(hiddenKey, tree.hidden ? null : "1")
          browsing.setHidden(!tree.hidden)
        }} onWhole={() => browsing.setRoot(!isWhole(tree))} />
      <MountedDrives />
      <p className="f-where" dir="ltr">{tree.root.path}</p>
      {known?.state === "failed" && (
        <div className="f-empty" role="alert"><p>{known.why}</p>
          <Button size="small" onPress={() => browsing.refresh()}>{t("action.retry")}</Button></div>
      )}
      {known?.state === "there" && nodes.length === 0 && <p className="n-pane-none">{t("files.empty")}</p>}
      <FilesTree nodes={nodes} tree={tree} target={target} onAct={act} onMenu={setMenu} />
      {known?.state === "there" && known.more && <p className="n-pane-none">{t("files.more")}</p>}
      <UploadList />
      <Foot />
      {menu && <FileMenu menu={menu} onAct={act} onClose={() => setMenu(null)} />}
      {question && <FileDialogs question={question} onClose={() => setQuestion(null)} />}
    </div>
  )
}

interface ToolbarProps {
  readonly hidden: boolean
  readonly whole: boolean
  readonly onAct: (action: string) => void
  readonly onHidden: () => void
  readonly onWhole: () => void
}

function Toolbar({ hidden, whole, onAct, onHidden, onWhole }: ToolbarProps): JSX.Element {
  return (
    <div className="f-tools" role="toolbar" aria-label={t("files.tools")}>
      <IconButton icon="upload" size={18} label={t("files.upload")} onPress={() => onAct("upload")} />
      <IconButton icon="add" size={18} label={t("files.new_file")} onPress={() => onAct("new_file")} />
      <IconButton icon="folder" size={18} label={t("files.new_folder")} onPress={() => onAct("new_folder")} />
      <IconButton icon="refresh" size={18} label={t("files.refresh")} onPress={() => onAct("refresh")} />
      <MountDrive />
      <span className="f-tools-gap" />
      <IconButton icon={whole ? "chevron_down" : "chevron_up"} size={18} label={t(whole ? "files.content" : "files.whole")} onPress={onWhole} />
      <IconButton icon={hidden ? "eye_off" : "eye"} size={18} label={t(hidden ? "files.hide_hidden" : "files.show_hidden")} onPress={onHidden} />
    </div>
  )
}

/** How full the disk is, and that it all goes with the runtime. */
function Foot(): JSX.Element {
  const { session } = useNotebook()
  const meters = useSession(session, (view) => view.meters)
  return (
    <div className="f-foot">
      {meters !== null && meters.disk_total > 0 && (
        <Meter label={t("runtime.disk")} value={meters.disk_used} max={meters.disk_total}
          valueText={t("files.free", { free: formatBytes(Math.max(0, meters.disk_total - meters.disk_used)) })} />
      )}
      <p>{t("files.go_with_runtime")}</p>
    </div>
  )
}

interface Drop {
  readonly target: string | null
  readonly onDragOver: (event: DragEvent) => void
  readonly onDragLeave: (event: DragEvent) => void
  readonly onDrop: (event: DragEvent) => void
}

/** Files that are dragged here: the folder below the pointer takes them, else the root. */
function useDrop(take: (folder: Place, transfer: DataTransfer) => void, root: Place): Drop {
  const [target, setTarget] = useState<string | null>(null)
  const place = useRef<Place>(root)
  const isFiles = ({ dataTransfer }: DragEvent): boolean => dataTransfer.types.includes("Files")
  return {
    target,
    onDragOver: (event) => {
      if (!isFiles(event)) return
      event.preventDefault()
      event.dataTransfer.dropEffect = "copy"
      const row = event.target instanceof Element ? event.target.closest<HTMLElement>("[data-folder]") : null
      const path = row?.dataset.folder
      place.current = path === undefined ? root : { path, hex: null }
      setTarget(keyOf(place.current))
    },
    onDragLeave: ({ currentTarget, relatedTarget }) => {
      if (!(relatedTarget instanceof Node) || !currentTarget.contains(relatedTarget)) setTarget(null)
    },
    onDrop: (event) => {
      if (!isFiles(event)) return
      event.preventDefault()
      setTarget(null)
      take(place.current, event.dataTransfer)
    },
  }
}
