import { useContext, useEffect, useLayoutEffect, useMemo, useRef, useState, useSyncExternalStore, type JSX } from "react"
import { FrameSlot } from "./CellFrame"
import type * as Policy from "./html_policy"
import { OutputsFrameContext } from "./outputs_frame"

interface HtmlViewProps {
  readonly html: string
  readonly memory: object
  readonly trusted: boolean
}

let policy: typeof Policy | null = null

/** Loads what makes HTML harmless, ahead of the first. */
export async function preloadHtml(): Promise<typeof Policy> {
  policy ??= await import("./html_policy")
  return policy
}

/** What makes HTML harmless; null until it is there, "failed" when it cannot be had. */
function usePolicy(): typeof Policy | "failed" | null {
  const [state, setState] = useState<"waiting" | "ready" | "failed">(policy ? "ready" : "waiting")
  useEffect(() => {
    if (state === "waiting") preloadHtml().then(() => setState("ready"), () => setState("failed"))
  }, [state])
  return state === "failed" ? state : policy
}

const silent = (): (() => void) => () => undefined
const names = /\sid\s*=/i

/**
 * HTML of an output: tables and plain text stand in the page, anything more in the frame; there too what scripts of the
 * same run may look for by its id.
 */
export function HtmlView({ html, memory, trusted }: HtmlViewProps): JSX.Element {
  const ready = usePolicy()
  // The frame shows anything: it is what is left when the page may not show it itself.
  const inline = useMemo(() => ready === null || ready === "failed" ? null : ready.inlineHtml(html), [ready, html])
  const frame = useContext(OutputsFrameContext)
  const framed = useSyncExternalStore(frame?.subscribe ?? silent, () => frame?.needed === true)
  // Scripts that follow may look for what is in it.
  useLayoutEffect(() => ready === null ? frame?.hold() : undefined, [frame, ready])
  if (ready === null) return <div className="o-html" />
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
