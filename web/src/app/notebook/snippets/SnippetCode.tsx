import { useLayoutEffect, useRef, type JSX } from "react"
import { highlight } from "../../../output/code_highlight"

/** Code to look at, coloured. */
export function SnippetCode({ code }: { readonly code: string }): JSX.Element {
  const element = useRef<HTMLElement>(null)
  useLayoutEffect(() => {
    if (!element.current) return
    element.current.textContent = code
    highlight(element.current)
  }, [code])
  return <pre className="n-snippet-code" tabIndex={0}><code ref={element} /></pre>
}
