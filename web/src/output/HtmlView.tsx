import { useContext, useLayoutEffect, useMemo, useRef, useSyncExternalStore, type JSX } from "react"
import { FrameSlot } from "./CellFrame"
import { inlineHtml } from "./html_policy"
import { OutputsFrameContext } from "./outputs_frame"

interface HtmlViewProps {
  readonly html: string
  readonly memory: object
  readonly trusted: boolean
}

const silent = (): (() => void) => () => undefined
const names = /\sid\s*=/i

/**
 * HTML of an output: tables and plain text stand in the page, anything more in the frame; there too what scripts of the
 * same run may look for by its id.
 */
export function HtmlView({ html, memory, trusted }: HtmlViewProps): JSX.Element {
  const inline = useMemo(() => inlineHtml(html), [html])
  const frame = useContext(OutputsFrameContext)
  const framed = useSyncExternalStore(frame?.subscribe ?? silent, () => frame?.needed === true)
  return inline && !(framed && names.test(html)) ? <InlineHtml nodes={inline} />
    : <FrameSlot kind="html" text={html} memory={memory} trusted={trusted} />
}

function InlineHtml({ nodes }: { readonly nodes: DocumentFragment }): JSX.Element {
  const element = useRef<HTMLDivElement>(null)
  useLayoutEffect(() => {
    // A copy: React may ask twice, and a fragment can be placed once only.
    element.current?.replaceChildren(nodes.cloneNode(true))
  }, [nodes])
  return <div ref={element} className="o-html" />
}
