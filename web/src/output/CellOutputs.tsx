import { Component, memo, type JSX, type ReactNode } from "react"
import type { NotebookId } from "../wire/ids"
import type { Output } from "../wire/output"
import { useLanguage } from "../words/use_language"
import { t, tn } from "../words/words"
import { CellFrame } from "./CellFrame"
import { DisplayView } from "./DisplayView"
import { ErrorView } from "./ErrorView"
import { StreamView } from "./StreamView"

interface CellOutputsProps {
  readonly outputs: readonly Output[]
  readonly notebookId: NotebookId
  /** While true, streams keep their end in sight. */
  readonly running: boolean
  /** How many more there were that the server did not keep. */
  readonly droppedOutputs?: number
  /** False: what would run code of its own, in its frame, waits for a click. */
  readonly trusted?: boolean
  /** By another run, scripts find nothing of the one before. */
  readonly run?: string
  /** It has a frame for scripts even if no output needs one. */
  readonly framed?: boolean
}

/** What a cell's run has shown, in order. Draws nothing for a cell without outputs. */
export const CellOutputs = memo(function CellOutputs({
  outputs, notebookId, running, droppedOutputs = 0, trusted = true, run = "", framed = false,
}: CellOutputsProps): JSX.Element | null {
  useLanguage()
  if (outputs.length === 0 && droppedOutputs === 0 && !framed) return null
  return (
    <CellFrame key={run} wanted={framed}>
      {outputs.map((output, at) => (
        // Outputs are only appended or all replaced: their place is their name.
        <OutputBoundary key={at} output={output}>
          <OutputView output={output} notebookId={notebookId} trusted={trusted}
            running={running && at === outputs.length - 1} />
        </OutputBoundary>
      ))}
      {droppedOutputs > 0 && <p className="o-note">{tn("output.dropped", droppedOutputs)}</p>}
    </CellFrame>
  )
})

interface OutputViewProps {
  readonly output: Output
  readonly notebookId: NotebookId
  readonly running: boolean
  readonly trusted: boolean
}

const OutputView = memo(function OutputView(
  { output, notebookId, running, trusted }: OutputViewProps,
): JSX.Element {
  switch (output.output_type) {
    case "stream": return <StreamView output={output} running={running} />
    case "error": return <ErrorView output={output} />
    case "display_data":
    case "execute_result":
      return <DisplayView output={output} notebookId={notebookId} trusted={trusted} />
  }
})

interface BoundaryProps {
  readonly output: Output
  readonly children: ReactNode
}

interface BoundaryState {
  readonly output: Output | null
  readonly failed: boolean
}

/** One output that cannot be drawn takes nothing else with it; it is tried again when it changes. */
class OutputBoundary extends Component<BoundaryProps, BoundaryState> {
  override state: BoundaryState = { output: null, failed: false }

  static getDerivedStateFromProps({ output }: BoundaryProps, state: BoundaryState): BoundaryState | null {
    return output === state.output ? null : { output, failed: false }
  }

  static getDerivedStateFromError(): Partial<BoundaryState> {
    return { failed: true }
  }

  override render(): ReactNode {
    return (
      <div className="o-output">
        {this.state.failed ? <p className="o-note">{t("output.load_failed")}</p> : this.props.children}
      </div>
    )
  }
}
