import { useSyncExternalStore, type JSX } from "react"
import type { CellId } from "../../../wire/ids"
import { useLate } from "../../late"
import { useNotebook } from "../context"

/** Where the output of a selected part of the cell stands, if one was run. */
export function PartSlot({ id }: { readonly id: CellId }): JSX.Element | null {
  const { scratch } = useNotebook()
  const part = useSyncExternalStore(scratch.subscribe, () => scratch.partOf(id))
  const late = useLate(part !== undefined, () => import("./PartOutput"))
  return part !== undefined && late ? <late.PartOutput of={id} id={part} /> : null
}
