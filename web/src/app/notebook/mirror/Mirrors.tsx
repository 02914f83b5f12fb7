import type { JSX } from "react"
import { useLate } from "../../late"
import { useFrame, useNotebook } from "../context"

/** The tabs of mirrored cells, when there are some; that part of the page comes with the first. */
export function Mirrors(): JSX.Element | null {
  const { frame } = useNotebook()
  const wanted = useFrame((view) => view.mirror !== null)
  const part = useLate(wanted, () => import("./MirrorPane"), () => {
    const { mirror } = frame.view
    if (mirror !== null) frame.closeMirror(mirror)
  })
  return wanted && part ? <part.MirrorPane /> : null
}
