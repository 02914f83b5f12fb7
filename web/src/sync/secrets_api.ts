/** The HTTP routes about what a person keeps secret. */
import type { NotebookId } from "../wire/ids"
import { asObject, stringAt } from "../wire/json"
import { parseSecrets, type Secret } from "../wire/secrets"
import type { Ask } from "./account_api"

const path = (name: string): string => `/api/secrets/${encodeURIComponent(name)}`

export class SecretsApi {
  constructor(private readonly ask: Ask) {}

  /** All of one's own, and which of them the notebook may have. */
  async list(notebook: NotebookId): Promise<readonly Secret[]> {
    return parseSecrets(await this.ask("GET", `/api/secrets?notebook=${encodeURIComponent(notebook)}`))
  }

  async value(name: string): Promise<string> {
    return stringAt(asObject(await this.ask("GET", path(name)), "answer"), "value")
  }

  async add(name: string, value: string): Promise<void> {
    await this.ask("POST", "/api/secrets", { body: { name, value } })
  }

  /** What is not named stays. */
  async change(name: string, change: { readonly name?: string; readonly value?: string }): Promise<void> {
    await this.ask("PATCH", path(name), { body: { ...change } })
  }

  async remove(name: string): Promise<void> {
    await this.ask("DELETE", path(name))
  }

  async setAccess(name: string, notebook: NotebookId, access: boolean): Promise<void> {
    await this.ask("PUT", `${path(name)}/access`, { body: { notebook, access } })
  }
}
