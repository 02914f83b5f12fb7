/**
 * The page's first script: small and of one piece, so that the server answers while the large ones are
 * still coming, and the first cells are seen before those have run. vite.config.ts puts it before them.
 */
import { Early } from "../sync/early_start"
import { applyTheme } from "../ui/theme"
import { language } from "../words/language"
import { isArrival } from "./arrival"
import { comesFresh, FirstCells } from "./first_cells"
import { routeOf } from "./routes"

applyTheme()
document.documentElement.lang = language()
// What a link of ours brings along may change who is signed in: then nothing is asked before that is done.
if (!isArrival(location.hash)) {
  const route = routeOf(location.pathname)
  globalThis.colibriEarly = new Early(route.page === "notebook" ? route.id : null, comesFresh() ? new FirstCells() : null)
}
