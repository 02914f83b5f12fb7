/**
 * The page's first script: small and of one piece, so that the server answers while the large ones are
 * still coming, and the first cells are seen before those have run. web/first_visit.ts puts it before them.
 */
import { Early } from "../sync/early_start"
import { applyTheme } from "../ui/theme"
import { language } from "../words/language"
import { isArrival } from "./arrival"
import { comesFresh, FirstCells } from "./first_cells"
import { routeOf } from "./routes"

/** Scripts that the page needs and its document cannot name: put in by web/first_visit.ts. */
declare const colibriAhead: {
  readonly words: Readonly<Record<string, string>>
  readonly list: readonly string[]
}

function fetchAhead(files: readonly (string | undefined)[]): void {
  for (const file of files) {
    if (file === undefined) continue
    const link = document.createElement("link")
    link.rel = "modulepreload"
    link.crossOrigin = ""
    link.href = `/${file}`
    document.head.append(link)
  }
}

applyTheme()
document.documentElement.lang = language()
const route = routeOf(location.pathname)
fetchAhead([colibriAhead.words[language()], ...(route.page === "list" ? colibriAhead.list : [])])
// What a link of ours brings along may change who is signed in: then nothing is asked before that is done.
if (!isArrival(location.hash)) {
  globalThis.colibriEarly = new Early(route.page === "notebook" ? route.id : null, comesFresh() ? new FirstCells() : null)
}
