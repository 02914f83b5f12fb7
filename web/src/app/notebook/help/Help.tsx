import { useSyncExternalStore, type JSX } from "react"
import { useLate } from "../../late"
import { useNotebook } from "../context"

/** Documentation beside the notebook, once somebody asked for some. */
export function Help(): JSX.Element | null {
  const { help } = useNotebook()
  const shown = useSyncExternalStore(help.subscribe, () => help.view)
  const part = useLate(shown !== null, () => import("./HelpPane"), help.close)
  return shown && part ? <part.HelpPane shown={shown} /> : null
}
