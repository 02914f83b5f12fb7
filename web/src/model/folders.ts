/** Folders as the paths of files in them tell. Pure. */

interface Placed {
  /** "My Drive/a/b.ipynb" */
  readonly path: string
}

export const nameOfPath = (path: string): string => path.slice(path.lastIndexOf("/") + 1)

/** The folders around a path, the outermost first: "a/b/c" lies in "a" and "a/b". */
export function parentsOf(path: string): readonly string[] {
  const parts = path.split("/")
  return parts.slice(1).map((_, at) => parts.slice(0, at + 1).join("/"))
}

/** The folders right in this one that hold a file somewhere, by name. */
export function foldersIn(files: readonly Placed[], folder: string): readonly string[] {
  const found = new Set<string>()
  for (const { path } of files) {
    if (!path.startsWith(`${folder}/`)) continue
    const end = path.indexOf("/", folder.length + 1)
    if (end >= 0) found.add(path.slice(0, end))
  }
  return [...found].sort((a, b) => a.localeCompare(b))
}

/** The files right in this folder, by name. */
export function filesIn<File extends Placed>(files: readonly File[], folder: string): readonly File[] {
  return files.filter(({ path }) => parentsOf(path).at(-1) === folder)
    .sort((a, b) => nameOfPath(a.path).localeCompare(nameOfPath(b.path)))
}
