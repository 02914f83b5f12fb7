/** The HTTP routes by which a person mounts their Drive in their own runtime of a notebook. */
import type { NotebookId } from "../wire/ids"
import { asArray, asObject, asString, booleanAt, stringAt } from "../wire/json"
import type { Ask } from "./account_api"

export interface Mounted {
  readonly mountpoint: string
  /** The Drive holds more than its quota. */
  readonly full: boolean
  /** Sentences about clouds that are not there. */
  readonly notes: readonly string[]
}

const path = (notebook: NotebookId): string => `/api/notebooks/${encodeURIComponent(notebook)}/drive`

export class DriveMountApi {
  constructor(private readonly ask: Ask) {}

  /** Whether the notebook may mount it without asking. */
  async remembered(notebook: NotebookId): Promise<boolean> {
    return booleanAt(asObject(await this.ask("GET", path(notebook)), "answer"), "remembered")
  }

  /** At /content/drive; `remember`: the notebook need not ask any more. */
  async mount(notebook: NotebookId, remember: boolean): Promise<Mounted> {
    const answer = asObject(await this.ask("PUT", path(notebook), { body: { remember } }), "answer")
    return {
      mountpoint: stringAt(answer, "mountpoint"), full: booleanAt(answer, "full"),
      notes: asArray(answer.notes, "notes").map((note) => asString(note, "a note")),
    }
  }

  async unmount(notebook: NotebookId, mountpoint: string): Promise<void> {
    await this.ask("DELETE", `${path(notebook)}?mountpoint=${encodeURIComponent(mountpoint)}`)
  }

  /** The notebook asks again from now on. */
  async forget(notebook: NotebookId): Promise<void> {
    await this.ask("DELETE", `${path(notebook)}/consent`)
  }
}
