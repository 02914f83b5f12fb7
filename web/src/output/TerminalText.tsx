import { useEffect, useLayoutEffect, useRef, type JSX } from "react"
import { StreamSink } from "./stream_sink"

interface TerminalTextProps {
  readonly text: string
  readonly className?: string
}

/** Text as a terminal shows it. Cheap to grow: only what was added is read and drawn. */
export function TerminalText({ text, className = "" }: TerminalTextProps): JSX.Element {
  const element = useRef<HTMLDivElement>(null)
  const sink = useRef<StreamSink>(null)
  useLayoutEffect(() => {
    if (!element.current) return
    sink.current ??= new StreamSink(element.current)
    sink.current.show(text)
  }, [text])
  useEffect(() => () => {
    sink.current?.close()
    sink.current = null
  }, [])
  return <div ref={element} className={`o-text ${className}`} translate="no" />
}
