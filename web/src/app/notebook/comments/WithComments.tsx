import "./comments.css"
import { useEffect, useRef, useState, type JSX, type ReactNode } from "react"
import type { Thread } from "../../../wire/comment"
import { personName } from "../../../words/person_name"
import { t } from "../../../words/words"
import { latePanel } from "../../late_part"
import { useNotebook } from "../context"
import { FieldAhead } from "./FieldAhead"
import { takeWanted } from "./link"
import { usePart } from "../session_parts"
import { useIsShown } from "./state"

// Most notebooks have no comments.
const margin = latePanel(async () => (await import("./CommentsMargin")).CommentsMargin, FieldAhead)

/** The cells with what people said about them beside. */
export function WithComments({ children }: { readonly children: ReactNode }): JSX.Element {
  const { session, comments } = useNotebook()
  const shown = useIsShown()
  useEffect(() => {
    const stop = comments.start()
    const wanted = takeWanted()
    if (wanted !== null) comments.select(wanted, "card")
    return stop
  }, [comments])
  useEffect(() => {
    const leave = (event: PointerEvent): void => {
      const keeps = ".m-margin, [data-thread], .c-popover, .c-scrim, .c-toasts, .n-head, .n-comments-here"
      if (!(event.target instanceof Element) || !event.target.closest(keeps)) comments.deselect()
    }
    addEventListener("pointerdown", leave)
    return () => removeEventListener("pointerdown", leave)
  }, [comments])
  useEffect(() => {
    // Somebody works here, and may comment next.
    const signs = ["pointerdown", "keydown"]
    for (const sign of signs) addEventListener(sign, margin.ask, { once: true, capture: true })
    return () => {
      for (const sign of signs) removeEventListener(sign, margin.ask, { capture: true })
    }
  }, [])
  const threads = usePart(session, "threads")
  return (
    <div className={`n-columns ${shown ? "has-margin" : ""}`}>
      {children}
      {shown && <margin.Panel threads={threads} onClose={() => comments.show(false)} />}
      <CommentNews threads={threads} />
    </div>
  )
}

/** Tells those who hear the page what others say. */
function CommentNews({ threads }: { readonly threads: readonly Thread[] }): JSX.Element {
  const { session } = useNotebook()
  const [told, setTold] = useState("")
  const last = useRef<number | null>(null)
  useEffect(() => {
    const from = last.current
    last.current = session.view.state?.seq ?? 0
    if (from === null) return
    const me = session.view.user?.id
    const news = threads.flatMap(({ comments }) => comments
      .map((comment, i) => ({ comment, isReply: i > 0 }))
      .filter(({ comment }) => comment.seq > from && comment.user !== me)).at(-1)
    if (!news) return
    const { comment: { name, text }, isReply } = news
    setTold(t(isReply ? "comment.news_reply" : "comment.news", { name: personName(name), text }))
  }, [threads, session])
  return <p className="c-visually-hidden" role="status">{told}</p>
}
