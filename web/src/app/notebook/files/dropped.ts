/** What was dropped on the page: files, and folders with all that is in them. */

export interface Dropped {
  readonly file: File
  /** Below the folder that it was dropped on: "data/a.csv". */
  readonly path: string
}

export interface DroppedAll {
  readonly files: readonly Dropped[]
  /** Folders, those that hold others first; empty ones too. */
  readonly folders: readonly string[]
}

const most = 20_000

/** Must be called while the drop is being told: a browser forgets its items afterwards. */
export async function dropped(transfer: DataTransfer): Promise<DroppedAll> {
  const entries = [...transfer.items].filter(({ kind }) => kind === "file")
    .map((item) => item.webkitGetAsEntry()).filter((entry) => entry !== null)
  if (entries.length === 0) {
    return { files: [...transfer.files].map((file) => ({ file, path: file.name })), folders: [] }
  }
  const files: Dropped[] = []
  const folders: string[] = []
  const walk = async (entry: FileSystemEntry, path: string): Promise<void> => {
    if (files.length + folders.length >= most) return
    if (isFile(entry)) {
      files.push({ file: await new Promise<File>((resolve, reject) => entry.file(resolve, reject)), path })
    } else if (isDirectory(entry)) {
      folders.push(path)
      for (const inner of await allOf(entry.createReader())) await walk(inner, `${path}/${inner.name}`)
    }
  }
  for (const entry of entries) await walk(entry, entry.name)
  return { files, folders }
}

/** Of a folder that was chosen in a dialog: the browser gives its files with their paths. */
export function chosenFolder(list: readonly File[]): DroppedAll {
  const files = list.map((file) => ({ file, path: file.webkitRelativePath === "" ? file.name : file.webkitRelativePath }))
  const folders = new Set<string>()
  for (const { path } of files) {
    const parts = path.split("/").slice(0, -1)
    parts.forEach((_, at) => folders.add(parts.slice(0, at + 1).join("/")))
  }
  return { files, folders: [...folders] }
}

const isFile = (entry: FileSystemEntry): entry is FileSystemFileEntry => entry.isFile
const isDirectory = (entry: FileSystemEntry): entry is FileSystemDirectoryEntry => entry.isDirectory

/** A reader gives at most a hundred at a time. */
async function allOf(reader: FileSystemDirectoryReader): Promise<readonly FileSystemEntry[]> {
  const all: FileSystemEntry[] = []
  for (;;) {
    const some = await new Promise<readonly FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject))
    if (some.length === 0) return all
    all.push(...some)
  }
}
