import { useSyncExternalStore, type JSX } from "react"
import type { CellId } from "../../wire/ids"
import { useNotebook } from "./context"

/** Where a program's question for the person stands. */
export function AskedSlot({ place }: { readonly place: CellId | null }): JSX.Element {
  const { asked } = useNotebook()
  const shown = useSyncExternalStore(asked.subscribe, () => asked.at(place))
  return <>{shown.map((Shown, at) => <Shown key={at} />)}</>
}
