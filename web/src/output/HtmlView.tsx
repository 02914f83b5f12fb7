import { useLayoutEffect, useMemo, useRef, type JSX } from "react"
import { inlineHtml } from "./html_policy"
import { OutputFrame } from "./OutputFrame"

interface HtmlViewProps {
  readonly html: string
  readonly memory: object
  readonly trusted: boolean
}

/** HTML of an output: tables and plain text stand in the page, anything more in the frame. */
export function HtmlView({ html, memory, trusted }: HtmlViewProps): JSX.Element {
  const inline = useMemo(() => inlineHtml(html), [html])
  const content = useMemo(() => ({ kind: "html", text: html } as const), [html])
  return inline ? <InlineHtml nodes={inline} />
    : <OutputFrame content={content} memory={memory} trusted={trusted} />
}

function InlineHtml({ nodes }: { readonly nodes: DocumentFragment }): JSX.Element {
  const element = useRef<HTMLDivElement>(null)
  useLayoutEffect(() => {
    // A copy: React may ask twice, and a fragment can be placed once only.
    element.current?.replaceChildren(nodes.cloneNode(true))
  }, [nodes])
  return <div ref={element} className="o-html" />
}
