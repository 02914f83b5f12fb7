import { useCallback, useMemo, type JSX, type KeyboardEvent, type MouseEvent } from "react"
import {
  Button as AriaButton, Collection, ListLayout, Tree, TreeItem, TreeItemContent, Virtualizer,
} from "react-aria-components"
import type { FileNode, FileTree } from "../../../model/file_tree"
import { Icon, type IconName } from "../../../ui/icons"
import { Spinner } from "../../../ui/Spinner"
import type { Place } from "../../../wire/runtime_files"
import { formatBytes, t } from "../../../words/words"
import { useNotebook } from "../context"
import { filesOf } from "./files"
import type { OpenMenu } from "./FileMenu"

interface FilesTreeProps {
  readonly nodes: readonly FileNode[]
  readonly tree: FileTree
  /** The folder that would take what is dragged now. */
  readonly target: string | null
  readonly onAct: (action: string, node: FileNode) => void
  readonly onMenu: (menu: OpenMenu) => void
}

/** The tree itself: only the lines that are seen are in the page. */
export function FilesTree({ nodes, tree, target, onAct, onMenu }: FilesTreeProps): JSX.Element {
  const { browsing } = filesOf(useNotebook())
  const byKey = useMemo(() => {
    const all = new Map<string, FileNode>()
    const walk = (list: readonly FileNode[]): void => list.forEach((node) => {
      all.set(node.key, node)
      walk(node.inside ?? [])
    })
    walk(nodes)
    return all
  }, [nodes])
  const nodeAt = (element: EventTarget | null): FileNode | undefined =>
    byKey.get((element instanceof Element ? element.closest<HTMLElement>("[data-node]")?.dataset.node : undefined) ?? "")
  const placeOf = (key: string): Place | undefined => byKey.get(key)?.place
  const toggle = (key: string): void => {
    const next = new Set(tree.open)
    if (!next.delete(key)) next.add(key)
    browsing.setOpen(next, placeOf)
  }
  const onContextMenu = (event: MouseEvent): void => {
    const node = nodeAt(event.target)
    if (!node) return
    event.preventDefault()
    const box = event.target instanceof Element ? event.target.getBoundingClientRect() : null
    // By the keyboard it has no place of its own.
    const byKeys = event.clientX === 0 && event.clientY === 0
    onMenu({ node, x: byKeys && box ? box.left + 24 : event.clientX, y: byKeys && box ? box.bottom : event.clientY })
  }
  const onKeyDown = (event: KeyboardEvent): void => {
    const node = nodeAt(event.target)
    const action = event.key === "F2" ? "rename" : event.key === "Delete" ? "remove" : null
    if (!node || !action) return
    event.preventDefault()
    onAct(action, node)
  }
  const line = useCallback((node: FileNode): JSX.Element => (
    <Line node={node} target={target} onMenu={onMenu} render={line} />
  ), [target, onMenu])
  return (
    <div className="f-tree-box" onContextMenu={onContextMenu} onKeyDown={onKeyDown}>
      <Virtualizer layout={ListLayout} layoutOptions={{ rowHeight: 28 }}>
        <Tree className="f-tree" aria-label={t("files.title")} items={nodes} expandedKeys={tree.open} selectionMode="none"
          dependencies={[target]}
          onExpandedChange={(keys) => browsing.setOpen(new Set([...keys].map(String)), placeOf)}
          onAction={(key) => {
            const node = byKey.get(String(key))
            if (!node) return
            if (node.inside !== null) toggle(node.key)
            else onAct("open", node)
          }}>{line}</Tree>
      </Virtualizer>
    </div>
  )
}

interface LineProps {
  readonly node: FileNode
  readonly target: string | null
  readonly onMenu: (menu: OpenMenu) => void
  readonly render: (node: FileNode) => JSX.Element
}

function Line({ node, target, onMenu, render }: LineProps): JSX.Element {
  const { entry, key, place, inside } = node
  return (
    <TreeItem id={key} textValue={entry.name} className="f-line" hasChildItems={inside !== null}>
      <TreeItemContent>
        {({ level, hasChildItems }) => (
          <div className="f-row" data-node={key} data-folder={inside !== null && place.hex === null ? place.path : undefined}
            data-drop={target === key || undefined} style={{ paddingLeft: 4 + (level - 1) * 16 }} title={hint(node)}>
            {hasChildItems ? <AriaButton slot="chevron" className="f-chevron"><Icon name="chevron_right" size={16} /></AriaButton>
              : <span className="f-chevron" />}
            <Icon name={iconOf(node)} size={18} />
            <bdi className="f-name">{entry.name}</bdi>
            {node.loading && <Spinner size={14} />}
            {node.failed !== null && <Icon name="warning" size={16} />}
            <AriaButton className="c-icon-button f-more" aria-label={t("files.menu", { name: entry.name })}
              onPress={({ target: button }) => {
                const { left, bottom } = button.getBoundingClientRect()
                onMenu({ node, x: left, y: bottom })
              }}><Icon name="more" size={18} /></AriaButton>
          </div>
        )}
      </TreeItemContent>
      {inside !== null && <Collection items={inside}>{render}</Collection>}
    </TreeItem>
  )
}

function iconOf({ entry }: FileNode): IconName {
  if (entry.type === "folder") return "folder"
  if (entry.link || entry.type === "broken") return "link"
  if (/\.(?:png|jpe?g|gif|webp|svg|bmp|avif|ico)$/i.test(entry.name)) return "image"
  if (/\.ipynb$/i.test(entry.name)) return "notebook"
  if (/\.(?:py|js|ts|c|cc|cpp|h|hpp|rs|go|r|jl|sh|java)$/i.test(entry.name)) return "code"
  if (/\.(?:csv|tsv|parquet|xlsx?)$/i.test(entry.name)) return "variables"
  return "text"
}

function hint({ entry, place, failed }: FileNode): string {
  if (failed !== null) return failed
  return entry.type === "file" ? `${place.path} · ${formatBytes(entry.size)}` : place.path
}
