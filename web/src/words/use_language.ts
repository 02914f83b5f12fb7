import { useSyncExternalStore } from "react"
import { language, saidAnew, subscribeLanguage, type Language } from "./language"

/** The current language; a component that calls this is drawn again when it is switched, or has new words. */
export function useLanguage(): Language {
  useSyncExternalStore(subscribeLanguage, saidAnew)
  return language()
}
