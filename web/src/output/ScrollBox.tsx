import { useEffect, useRef, useState, type JSX, type ReactNode } from "react"
import { useOutputActions } from "./output_actions"
import { useLanguage } from "../words/use_language"
import { t } from "../words/words"

interface ScrollBoxProps {
  /** While true, the end stays in sight, unless the reader has scrolled away from it. */
  readonly running: boolean
  readonly children: ReactNode
}

/** As near to the end as this many pixels counts as being there. */
const atEnd = 12

/** Keeps tall content in a box of bounded height that scrolls, and can be opened to its full height. */
export function ScrollBox({ running, children }: ScrollBoxProps): JSX.Element {
  useLanguage()
  const box = useRef<HTMLDivElement>(null)
  const inner = useRef<HTMLDivElement>(null)
  const follow = useRef(running)
  const [tall, setTall] = useState(false)
  // The cell's own word goes before what was pressed here.
  const scrolled = useOutputActions()?.scrolled ?? null
  const [pressed, setOpen] = useState(false)
  const open = scrolled === null ? pressed : !scrolled

  useEffect(() => {
    const outside = box.current
    if (!outside || !inner.current || typeof ResizeObserver !== "function") return
    const observer = new ResizeObserver(() => {
      if (!open) setTall(outside.scrollHeight > outside.clientHeight + 1)
      if (running && follow.current) outside.scrollTop = outside.scrollHeight
    })
    observer.observe(inner.current)
    return () => observer.disconnect()
  }, [running, open])

  useEffect(() => {
    if (running) follow.current = true
  }, [running])

  const noteScroll = (): void => {
    const outside = box.current
    if (outside) follow.current = outside.scrollTop + outside.clientHeight >= outside.scrollHeight - atEnd
  }

  return (
    <div className="o-scroll-box">
      <div ref={box} className={open ? "" : "o-scroll"} onScroll={noteScroll}
        {...(tall && !open ? { tabIndex: 0 } : {})}>
        <div ref={inner}>{children}</div>
      </div>
      {tall && scrolled === null &&
        <button type="button" className="o-button o-scroll-toggle" aria-expanded={open}
          onClick={() => setOpen(!open)}>
          {t(open ? "output.show_less" : "output.show_all")}
        </button>}
    </div>
  )
}
