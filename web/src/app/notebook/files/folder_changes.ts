/** Tells the tabs of open files when something changes in the folders that these are in, by one connection for all of them. */
import type { RuntimeFilesApi } from "../../../sync/runtime_files"

const againMs = 3000

export class FolderChanges {
  private readonly followers = new Map<() => void, string>()
  private watch: ReturnType<RuntimeFilesApi["watch"]> | null = null
  private again: ReturnType<typeof setTimeout> | undefined

  constructor(private readonly api: RuntimeFilesApi) {}

  /** `changed` is called until what comes back is. */
  follow(folder: string, changed: () => void): () => void {
    this.followers.set(changed, folder)
    if (this.watch) this.tell()
    else this.open()
    return () => {
      this.followers.delete(changed)
      if (this.followers.size > 0) this.tell()
      else this.close()
    }
  }

  private open(): void {
    clearTimeout(this.again)
    this.watch = this.api.watch((folders) => {
      for (const [changed, folder] of [...this.followers]) if (folders.includes(folder)) changed()
    }, () => {
      this.watch = null
      if (this.followers.size > 0) this.again = setTimeout(() => this.open(), againMs)
    })
    this.tell()
  }

  private tell(): void {
    this.watch?.set([...new Set(this.followers.values())])
  }

  private close(): void {
    clearTimeout(this.again)
    this.watch?.close()
    this.watch = null
  }
}
