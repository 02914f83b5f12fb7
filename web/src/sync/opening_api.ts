/** The HTTP routes about what can be opened: examples, and what is known of a notebook. */
import { notebookId, type NotebookId } from "../wire/ids"
import { asObject, idAt } from "../wire/json"
import { parseExamples, parseFacts, type ExampleEntry, type NotebookFacts } from "../wire/opening"
import type { Ask } from "./account_api"

export class OpeningApi {
  constructor(private readonly ask: Ask) {}

  async examples(): Promise<readonly ExampleEntry[]> {
    return parseExamples(await this.ask("GET", "/api/examples"))
  }

  /** A playground of an example, in the language if it speaks that. */
  async playExample(name: string, language: string): Promise<NotebookId> {
    const path = `/api/examples/${encodeURIComponent(name)}/playground`
    const answer = await this.ask("POST", path, { body: { language } })
    return notebookId(idAt(asObject(answer, "answer"), "id"))
  }

  async facts(id: NotebookId): Promise<NotebookFacts> {
    return parseFacts(await this.ask("GET", `/api/notebooks/${encodeURIComponent(id)}`))
  }
}
