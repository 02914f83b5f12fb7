/** The HTTP routes about runtimes: what one can ask for, and the files of those that have ended. */
import { parseFlavors, parseRuntimeFiles, type Flavors, type RuntimeFiles } from "../wire/api"
import type { NotebookId } from "../wire/ids"
import { asObject, idAt } from "../wire/json"
import type { Ask } from "./account_api"

/** Where a browser downloads the files of an ended runtime from. */
export const runtimeFilesUrl = (runtime: string): string => `/api/runtimes/${encodeURIComponent(runtime)}/files`

export class RuntimesApi {
  constructor(private readonly ask: Ask) {}

  async flavors(): Promise<Flavors> {
    return parseFlavors(await this.ask("GET", "/api/flavors"))
  }

  /** A runtime that this page speaks for, and what it shows then. */
  async connectLocal(notebook: NotebookId): Promise<{ readonly runtime: string; readonly token: string }> {
    const answer = asObject(await this.ask("POST", `/api/notebooks/${encodeURIComponent(notebook)}/local-runtime`, { body: {} }), "answer")
    return { runtime: idAt(answer, "runtime"), token: idAt(answer, "token") }
  }

  async files(): Promise<readonly RuntimeFiles[]> {
    return parseRuntimeFiles(await this.ask("GET", "/api/runtimes/files"))
  }

  async discardFiles(runtime: string): Promise<void> {
    await this.ask("DELETE", runtimeFilesUrl(runtime))
  }
}
