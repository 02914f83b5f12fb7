import "../ui/theme.css"
import "../ui/ui.css"
import "../ui/pages.css"
import "../ui/account.css"
import "./app.css"
import { createRoot } from "react-dom/client"
import { fetchOrEarly } from "../sync/early"
import { Api } from "../sync/http"
import { applyTheme } from "../ui/theme"
import { language } from "../words/language"
import { loadWords } from "../words/words"
import { App } from "./App"
import { ErrorBoundary } from "./ErrorBoundary"

applyTheme()
document.documentElement.lang = language()

await loadWords(language())

const root = document.getElementById("root")
if (!root) throw new Error("the page has no root")
createRoot(root).render(<ErrorBoundary><App api={new Api(fetchOrEarly)} /></ErrorBoundary>)
