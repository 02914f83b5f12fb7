import type { JSX } from "react"
import type { ErrorOutput } from "../wire/output"
import { ScrollBox } from "./ScrollBox"
import { TerminalText } from "./TerminalText"

/** An exception: its traceback in colour, or only its name and words when there is none. */
export function ErrorView({ output }: { readonly output: ErrorOutput }): JSX.Element {
  const traceback = output.traceback.join("\n")
  const words = output.evalue === "" ? output.ename : `${output.ename}: ${output.evalue}`
  return (
    <div className="o-error">
      <ScrollBox running={false}>
        <TerminalText text={traceback.trim() === "" ? words : traceback} />
      </ScrollBox>
    </div>
  )
}
