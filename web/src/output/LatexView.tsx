import { useLayoutEffect, useRef, type JSX } from "react"
import { drawLatex } from "./latex"

export function LatexView({ source }: { readonly source: string }): JSX.Element {
  const element = useRef<HTMLDivElement>(null)
  useLayoutEffect(() => {
    if (!element.current) return
    let gone = false
    drawLatex(element.current, source, () => gone).catch(() => undefined) // The source stays in sight.
    return () => {
      gone = true
    }
  }, [source])
  return <div ref={element} className="o-latex" />
}
