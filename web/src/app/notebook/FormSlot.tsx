import { useState, type JSX } from "react"
import { useLate } from "../late"
import type { FormViewProps } from "./form/FormView"

/** A cell's form; that part of the page comes with the first. */
export function FormSlot(props: FormViewProps): JSX.Element | null {
  const [failed, setFailed] = useState(false)
  const part = useLate(!failed, () => import("./form/FormView"), () => setFailed(true))
  return part ? <part.FormView {...props} /> : null
}
