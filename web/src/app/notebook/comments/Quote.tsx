import type { JSX } from "react"
import { t } from "../../../words/words"

/** The part of a cell's text that a thread is on, as it was when the thread began. */
export function Quote({ text }: { readonly text: string }): JSX.Element | null {
  if (text.trim() === "") return null
  return (
    <blockquote className="m-quote" title={text} aria-label={t("comment.quote", { text })}>{text}</blockquote>
  )
}
