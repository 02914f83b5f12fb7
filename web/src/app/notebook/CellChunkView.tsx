import { useLayoutEffect, useRef, useState, type JSX, type ReactNode } from "react"
import type { CellId } from "../../wire/ids"
import { guessHeight } from "./cell_height"
import { useFocus, useNotebook } from "./context"
import { ChunkNearContext, ChunkNearness, useNear } from "./near"

interface CellChunkViewProps {
  readonly cells: readonly CellId[]
  /** It begins the notebook, which is seen first. */
  readonly isFirst: boolean
  readonly children: ReactNode
}

/** A piece of the notebook, which the browser leaves alone while it is far away. */
export function CellChunkView({ cells, isFirst, children }: CellChunkViewProps): JSX.Element {
  const { session } = useNotebook()
  const element = useRef<HTMLDivElement>(null)
  const near = useNear(element, "chunk", isFirst)
  const isIn = useFocus(({ cell }) => cell !== null && cells.includes(cell))
  const shown = near || isIn
  const [nearness] = useState(() => new ChunkNearness(shown))
  useLayoutEffect(() => {
    nearness.set(shown)
  }, [nearness, shown])
  const known = session.view.state?.cells
  const height = shown ? 0 : cells.reduce((sum, id) => sum + guessHeight(known?.get(id)), 0)
  return (
    <div ref={element} className={shown ? "n-chunk" : "n-chunk n-chunk-far"}
      style={shown ? undefined : { containIntrinsicHeight: `auto ${height}px` }}>
      <ChunkNearContext value={nearness}>{children}</ChunkNearContext>
    </div>
  )
}
