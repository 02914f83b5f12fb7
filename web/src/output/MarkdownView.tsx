import { useEffect, useLayoutEffect, useRef, type JSX, type MouseEvent } from "react"
import { headingSlug, MarkdownRenderer } from "./markdown_renderer"
import type { Attachments } from "./safe_url"

interface MarkdownViewProps {
  readonly source: string
  /** The cell's own attachments: name → MIME bundle, as nbformat has them. */
  readonly attachments?: Attachments | undefined
  readonly className?: string
}

/** Markdown with LaTeX, made harmless; follows `source` while it is typed. */
export function MarkdownView({ source, attachments, className = "" }: MarkdownViewProps): JSX.Element {
  const element = useRef<HTMLDivElement>(null)
  const renderer = useRef<MarkdownRenderer>(null)

  useLayoutEffect(() => {
    if (!element.current) return
    renderer.current ??= new MarkdownRenderer(element.current)
    renderer.current.update(source, attachments)
  }, [source, attachments])

  useEffect(() => () => {
    renderer.current?.close()
    renderer.current = null
    element.current?.replaceChildren()
  }, [])

  return <div ref={element} className={`o-markdown ${className}`} onClick={followAnchor} />
}

/** `#heading` goes to the heading, in whichever cell it stands; the page's address stays. */
function followAnchor(event: MouseEvent): void {
  const link = event.target instanceof Element ? event.target.closest("a") : null
  const href = link?.getAttribute("href")
  if (!href?.startsWith("#")) return
  event.preventDefault()
  let wanted: string
  try {
    wanted = headingSlug(decodeURIComponent(href.slice(1)))
  } catch {
    return // A percent sign that encodes nothing: a link to nowhere.
  }
  const headings = document.querySelectorAll<HTMLElement>("[data-heading]")
  const found = Array.from(headings).find((heading) => heading.dataset.heading === wanted)
  found?.scrollIntoView({ block: "start", behavior: "smooth" })
}
