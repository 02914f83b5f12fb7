/** What a person has chosen for their page, as the server keeps it (docs/protocol.md 4.2). */
import { asObject, objectAt, type Json, type JsonObject } from "../wire/json"
import type { Ask } from "./account_api"

export class OwnSettingsApi {
  constructor(private readonly ask: Ask) {}

  async all(): Promise<JsonObject> {
    return objectAt(asObject(await this.ask("GET", "/api/me/settings"), "settings"), "settings")
  }

  /** Puts these, and takes out those that are null. */
  async change(settings: Readonly<Record<string, Json>>): Promise<void> {
    await this.ask("PATCH", "/api/me/settings", { body: { settings } })
  }
}
