/** What of the browser the language server needs: a worker, and a moment in which nobody waits for anything else. */
import { whenIdle } from "../../../editor/late"
import { LanguageClient } from "../../../sync/language/client"
import { NotebookLanguage, type Server } from "../../../sync/language/notebook_language"
import type { NotebookSession } from "../../../sync/session"
import { language } from "../../../words/language"
import { languageServerUrl } from "virtual:language-server"

async function startServer(broke: () => void): Promise<Server> {
  await whenIdle()
  return new LanguageClient(new Worker(languageServerUrl), language() === "zh-CN" ? "zh-cn" : "en", broke)
}

export const makeLanguage = (session: NotebookSession): NotebookLanguage => new NotebookLanguage(session, startServer)
