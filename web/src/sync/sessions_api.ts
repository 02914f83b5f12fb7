/** The HTTP routes about sessions and terminals. */
import type { NotebookId } from "../wire/ids"
import { asObject, idAt } from "../wire/json"
import {
  parseLog, parseResources, parseSessions, parseTerminals,
  type LogLine, type ResourcePoints, type Session, type TerminalEntry,
} from "../wire/sessions"
import type { Ask } from "./account_api"

const sessionPath = (id: string): string => `/api/sessions/${encodeURIComponent(id)}`
const terminalsPath = (id: NotebookId): string => `/api/notebooks/${encodeURIComponent(id)}/terminals`

export class SessionsApi {
  constructor(private readonly ask: Ask) {}

  /** One's own; `all`: those of everybody, for administrators. */
  async sessions(all: boolean): Promise<readonly Session[]> {
    return parseSessions(await this.ask("GET", all ? "/api/sessions?all=1" : "/api/sessions"))
  }

  async end(session: string): Promise<void> {
    await this.ask("DELETE", sessionPath(session))
  }

  async log(session: string): Promise<readonly LogLine[]> {
    return parseLog(await this.ask("GET", `${sessionPath(session)}/log`))
  }

  /** The meters since the session began. */
  async resources(session: string): Promise<ResourcePoints> {
    return parseResources(await this.ask("GET", `${sessionPath(session)}/resources`))
  }

  async terminals(notebook: NotebookId): Promise<readonly TerminalEntry[]> {
    return parseTerminals(await this.ask("GET", terminalsPath(notebook)))
  }

  async openTerminal(notebook: NotebookId, title: string): Promise<TerminalEntry> {
    const answer = await this.ask("POST", terminalsPath(notebook), { body: { title } })
    return { id: idAt(asObject(answer, "answer"), "id"), title }
  }

  async renameTerminal(notebook: NotebookId, terminal: string, title: string): Promise<void> {
    await this.ask("PATCH", `${terminalsPath(notebook)}/${encodeURIComponent(terminal)}`, { body: { title } })
  }

  async closeTerminal(notebook: NotebookId, terminal: string): Promise<void> {
    await this.ask("DELETE", `${terminalsPath(notebook)}/${encodeURIComponent(terminal)}`)
  }
}
