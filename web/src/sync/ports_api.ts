/** The HTTP routes by which a person reaches ports of their runtime (docs/protocol.md 7.3). */
import type { NotebookId } from "../wire/ids"
import { asObject, stringAt, type Json } from "../wire/json"
import type { Ask } from "./account_api"

/** `ticket`: good once, for a minute, at this origin. */
export interface Entrance {
  readonly origin: string
  readonly ticket: string
}

const read = (answer: Json): Entrance => {
  const object = asObject(answer, "answer")
  return { origin: stringAt(object, "origin"), ticket: stringAt(object, "ticket") }
}

export class PortsApi {
  constructor(private readonly ask: Ask) {}

  async open(notebook: NotebookId, port: number): Promise<Entrance> {
    return read(await this.ask("POST", `/api/notebooks/${encodeURIComponent(notebook)}/ports`, { body: { port } }))
  }

  /** By the first label of its host name. */
  async openNamed(label: string): Promise<Entrance> {
    return read(await this.ask("POST", "/api/ports", { body: { label } }))
  }
}
