import { useEffect, useState, type JSX } from "react"
import type { StreamOutput } from "../wire/output"
import { useLanguage } from "../words/use_language"
import { formatBytes, t, tn } from "../words/words"
import { ScrollBox } from "./ScrollBox"
import { TerminalText } from "./TerminalText"

interface StreamViewProps {
  readonly output: StreamOutput
  readonly running: boolean
}

/** What is shown of a tail that still slides, and how often: its start is different every time. */
const slidingUnits = 12 * 1024
const slidingMs = 250

/** stdout or stderr: its head, a note of what was cut, and its tail. */
export function StreamView({ output, running }: StreamViewProps): JSX.Element {
  useLanguage()
  const { cut } = output
  const tail = useTail(output.tail, running)
  return (
    <ScrollBox running={running}>
      <div className={output.name === "stderr" ? "o-stderr" : "o-stdout"}>
        <TerminalText text={output.text} />
        {cut &&
          <p className="o-cut">
            {t("output.cut", { lines: tn("output.lines", cut.lines), size: formatBytes(cut.bytes) })}
          </p>}
        {tail !== "" && <TerminalText text={tail} />}
      </div>
    </ScrollBox>
  )
}

function useTail(tail: string, running: boolean): string {
  const [shown, setShown] = useState(tail)
  useEffect(() => {
    if (!running) return
    // The clock is not reset by new text: a fast printer would then never be shown.
    const timer = setTimeout(() => setShown(tail), slidingMs - performance.now() % slidingMs)
    return () => clearTimeout(timer)
  }, [tail, running])
  if (!running) return tail
  if (shown.length <= slidingUnits) return shown
  const end = shown.slice(-slidingUnits)
  return end.slice(end.indexOf("\n") + 1)
}
