import type { JSX } from "react"
import type { Cell } from "../../../model/notebook_state"
import { useLate } from "../../late"
import { setPreviewPlace, type PreviewPlace } from "./preview_place"

/** The tools come with the first text cell that is edited; their place is kept for them. */
export function TextToolsSlot({ cell, place }: { readonly cell: Cell; readonly place: PreviewPlace }): JSX.Element {
  const part = useLate(true, () => import("./TextTools"))
  return (
    <div className="n-text-tools-slot">
      {part && <part.TextTools cell={cell} place={place} onPlace={setPreviewPlace} />}
    </div>
  )
}
