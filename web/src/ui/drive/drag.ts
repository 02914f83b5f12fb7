/** Dragging files and folders of the Drive onto folders, and files from outside onto the page. */
import { useState, type DragEvent } from "react"

const type = "application/x-colibri-drive"

export function putPaths(event: DragEvent, paths: readonly string[]): void {
  event.dataTransfer.setData(type, JSON.stringify(paths))
  event.dataTransfer.effectAllowed = "copyMove"
}

function pathsIn(event: DragEvent): readonly string[] {
  try {
    const value: unknown = JSON.parse(event.dataTransfer.getData(type))
    return Array.isArray(value) ? value.filter((path) => typeof path === "string") : []
  } catch {
    return []
  }
}

interface DropTarget {
  readonly isOver: boolean
  readonly handlers: Readonly<Partial<Record<"onDragEnter" | "onDragOver" | "onDragLeave" | "onDrop", (event: DragEvent) => void>>>
}

const none: DropTarget["handlers"] = {}

/** A place that takes what is dragged from the list; null: it takes nothing. */
export function usePathDrop(onDrop: ((paths: readonly string[]) => void) | null): DropTarget {
  const [depth, setDepth] = useState(0)
  if (!onDrop) return { isOver: false, handlers: none }
  const guarded = (react: (event: DragEvent) => void) => (event: DragEvent): void => {
    if (!event.dataTransfer.types.includes(type)) return
    event.preventDefault()
    event.stopPropagation()
    react(event)
  }
  return {
    isOver: depth > 0,
    handlers: {
      onDragEnter: guarded(() => setDepth((now) => now + 1)),
      onDragOver: guarded((event) => { event.dataTransfer.dropEffect = "move" }),
      onDragLeave: guarded(() => setDepth((now) => Math.max(0, now - 1))),
      onDrop: guarded((event) => {
        setDepth(0)
        onDrop(pathsIn(event))
      }),
    },
  }
}

/** A file from outside with the folders that it came in: "photos/2026/a.jpg". */
export interface IncomingFile {
  readonly path: string
  readonly file: File
}

async function readEntry(entry: FileSystemEntry, into: IncomingFile[], above: string): Promise<void> {
  const path = `${above}${entry.name}`
  if (entry instanceof FileSystemFileEntry) {
    into.push({ path, file: await new Promise((done, fail) => entry.file(done, fail)) })
  } else if (entry instanceof FileSystemDirectoryEntry) {
    const reader = entry.createReader()
    for (;;) {
      const some = await new Promise<FileSystemEntry[]>((done, fail) => reader.readEntries(done, fail))
      if (some.length === 0) return
      for (const each of some) await readEntry(each, into, `${path}/`)
    }
  }
}

/** All files of a drop, those in folders too. */
export async function filesIn(data: DataTransfer): Promise<readonly IncomingFile[]> {
  // The entries must be taken before anything is waited for.
  const entries = Array.from(data.items).map((item) => item.webkitGetAsEntry()).filter((entry) => entry !== null)
  if (entries.length === 0) return Array.from(data.files, (file) => ({ path: file.name, file }))
  const files: IncomingFile[] = []
  for (const entry of entries) await readEntry(entry, files, "")
  return files
}

/** Takes files dropped anywhere on an element; dragged text and links are left alone. */
export function useFileDrop(onFiles: (files: readonly IncomingFile[]) => void): DropTarget {
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
        void filesIn(event.dataTransfer).then(onFiles)
      }),
    },
  }
}
