/** Speaks another language from now on; its words come from the server. */
import type { Language } from "../words/language"
import { speak, t } from "../words/words"
import { showToast } from "./toast"

export function switchLanguage(id: Language): void {
  speak(id).catch(() => showToast({ text: t("error.unreachable"), level: "error" }))
}
