/**
 * The page's first script: small and of one piece, so that the server answers while the large ones are
 * still coming. vite.config.ts puts it before them.
 */
import { Early } from "../sync/early_start"
import { isArrival } from "./arrival"
import { routeOf } from "./routes"

// What a link of ours brings along may change who is signed in: then nothing is asked before that is done.
if (!isArrival(location.hash)) {
  const route = routeOf(location.pathname)
  globalThis.colibriEarly = new Early(route.page === "notebook" ? route.id : null)
}
