import { useEffect, useRef, useState, type JSX } from "react"
import { mountDiff, type DiffLayout } from "../../editor/diff"
import type { CellType } from "../../wire/cell"
import { useLanguage } from "../../words/use_language"
import { t } from "../../words/words"

interface DiffTextProps {
  readonly layout: DiffLayout
  readonly before: string
  readonly after: string
  /** Null: no cell's text. */
  readonly cellType: CellType | null
}

const lineHeight = 20

/** A text and what it was; drawn when it is near what is seen. */
export function DiffText({ layout, before, after, cellType }: DiffTextProps): JSX.Element {
  const spoken = useLanguage()
  const element = useRef<HTMLDivElement>(null)
  const [near, setNear] = useState(typeof IntersectionObserver !== "function")
  useEffect(() => {
    if (near || !element.current) return
    const observer = new IntersectionObserver((entries) => {
      if (entries.some(({ isIntersecting }) => isIntersecting)) setNear(true)
    }, { rootMargin: "600px 0px" })
    observer.observe(element.current)
    return () => observer.disconnect()
  }, [near])
  useEffect(() => {
    if (!near || !element.current) return
    return mountDiff(element.current, {
      layout, before, after, cell_type: cellType, labels: {
        before: t("diff.before"), after: t("diff.after"), unchanged: t("diff.lines_same", { count: "$" }),
      },
    })
  }, [near, layout, before, after, cellType, spoken])
  const lines = Math.min(40, after.split("\n").length)
  return (
    <div ref={element} className={`h-text h-text-${layout}`}
      style={near ? undefined : { minHeight: lines * lineHeight }} />
  )
}
