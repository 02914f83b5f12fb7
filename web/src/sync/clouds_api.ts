/** The HTTP routes about which other clouds a person has connected. */
import {
  parseCloudDetails, parseCloudKinds, parseClouds, parseMadeCloud, type Cloud, type CloudDetails, type CloudKind,
} from "../wire/clouds"
import type { Ask } from "./account_api"

export interface CloudWish {
  readonly name: string
  readonly kind: string
  readonly folder: string
  readonly options: Readonly<Record<string, string>>
}

/** The server looks whether the cloud answers before it does. */
const connectMs = 90_000
const path = (id: string): string => `/api/clouds/${encodeURIComponent(id)}`

export class CloudsApi {
  constructor(private readonly ask: Ask) {}

  async list(): Promise<readonly Cloud[]> {
    return parseClouds(await this.ask("GET", "/api/clouds"))
  }

  async kinds(): Promise<readonly CloudKind[]> {
    return parseCloudKinds(await this.ask("GET", "/api/clouds/kinds"))
  }

  async look(id: string): Promise<CloudDetails> {
    return parseCloudDetails(await this.ask("GET", path(id)))
  }

  async connect({ name, kind, folder, options }: CloudWish): Promise<Cloud> {
    return parseMadeCloud(await this.ask("POST", "/api/clouds", {
      body: { name, kind, folder, options: { ...options } }, deadlineMs: connectMs,
    }))
  }

  async rename(id: string, name: string): Promise<void> {
    await this.ask("PATCH", path(id), { body: { name } })
  }

  /** Options that are not named stay; an empty one goes. */
  async change(id: string, { name, folder, options }: Omit<CloudWish, "kind">): Promise<void> {
    await this.ask("PATCH", path(id), { body: { name, folder, options: { ...options } }, deadlineMs: connectMs })
  }

  async disconnect(id: string): Promise<void> {
    await this.ask("DELETE", path(id), { deadlineMs: connectMs })
  }
}
