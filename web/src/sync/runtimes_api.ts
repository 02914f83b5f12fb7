/** The HTTP routes about runtimes: what one can ask for, and the files of those that have ended. */
import { parseFlavors, parseRuntimeFiles, type Flavors, type RuntimeFiles } from "../wire/api"
import type { Ask } from "./account_api"

/** Where a browser downloads the files of an ended runtime from. */
export const runtimeFilesUrl = (runtime: string): string => `/api/runtimes/${encodeURIComponent(runtime)}/files`

export class RuntimesApi {
  constructor(private readonly ask: Ask) {}

  async flavors(): Promise<Flavors> {
    return parseFlavors(await this.ask("GET", "/api/flavors"))
  }

  async files(): Promise<readonly RuntimeFiles[]> {
    return parseRuntimeFiles(await this.ask("GET", "/api/runtimes/files"))
  }
}
