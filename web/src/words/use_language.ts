import { useSyncExternalStore } from "react"
import { language, subscribeLanguage, type Language } from "./language"

/** The current language; a component that calls this is drawn again when it is switched. */
export function useLanguage(): Language {
  return useSyncExternalStore(subscribeLanguage, language)
}
