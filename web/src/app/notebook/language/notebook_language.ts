/** The open notebook's language server: what of the browser it needs, and how a cell's editor asks it. */
import type { Language } from "../../../editor/language"
import { renderDocumentation } from "../../../output/documentation"
import { NotebookLanguage, type Server } from "../../../sync/language/notebook_language"
import type { NotebookSession } from "../../../sync/session"
import type { CellId } from "../../../wire/ids"
import { language } from "../../../words/language"

/** Nothing that is typed waits for it. */
function idle(): Promise<void> {
  return new Promise((resolve) => {
    if ("requestIdleCallback" in window) requestIdleCallback(() => resolve(), { timeout: 3_000 })
    else setTimeout(resolve, 300)
  })
}

async function startServer(broke: () => void): Promise<Server> {
  await idle()
  const [{ LanguageClient }, { languageServerUrl }] = await Promise.all([
    import("../../../sync/language/client"), import("virtual:language-server"),
  ])
  return new LanguageClient(new Worker(languageServerUrl), language() === "zh-CN" ? "zh-cn" : "en", broke)
}

export const makeLanguage = (session: NotebookSession): NotebookLanguage => new NotebookLanguage(session, startServer)

/** As the editor of `cell` knows it. Only who writes starts it. */
export function languageOfCell(server: NotebookLanguage, cell: CellId): Language {
  return {
    isOffered: () => server.isOffered,
    isReady: () => server.isReady,
    begin: () => server.start().catch((error: unknown) => console.warn("Colibri: no language server:", error)),
    complete: (offset) => server.complete(cell, offset),
    explain: (item) => server.explain(item),
    hover: (offset) => server.isReady ? server.hover(cell, offset) : Promise.resolve(null),
    signatures: (offset) => server.signatures(cell, offset),
    render: renderDocumentation,
  }
}
