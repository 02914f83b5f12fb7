import type { JSX } from "react"
import { Button as AriaButton } from "react-aria-components"
import { Icon } from "../../../ui/icons"
import { Tooltip } from "../../../ui/Tooltip"
import type { CellId } from "../../../wire/ids"
import { formatNumber, t, tn } from "../../../words/words"
import { openCounts } from "../../../model/thread_list"
import { useNotebook } from "../context"
import { usePart } from "../session_parts"
import { useIsShown, useUnread } from "./state"

/** In the header: shows and hides the comments, and tells how many are unread. */
export function CommentsButton(): JSX.Element {
  const { comments } = useNotebook()
  const shown = useIsShown()
  const unread = useUnread()
  const words = [t(shown ? "comment.hide" : "comment.show"), unread > 0 ? tn("comment.unread", unread) : ""]
    .filter((part) => part !== "").join(" · ")
  return (
    <Tooltip text={words}>
      <AriaButton className="c-icon-button n-comments-button" aria-label={words} aria-pressed={shown}
        onPress={() => comments.show(!shown)}>
        <Icon name="comment" />
        {unread > 0 && <span className="n-comments-unread" aria-hidden="true">{unread > 99 ? "99+" : formatNumber(unread)}</span>}
      </AriaButton>
    </Tooltip>
  )
}

/** On a cell, while the comments are hidden: that there are some. */
export function CellComments({ id }: { readonly id: CellId }): JSX.Element | null {
  const { session, comments } = useNotebook()
  const count = openCounts(usePart(session, "threads")).get(id) ?? 0
  if (count === 0) return null
  const words = tn("comment.on_cell", count)
  return (
    <button type="button" className="n-comments-here" aria-label={words} title={words} onClick={() => {
      const first = session.view.state?.threads.find((thread) => thread.cell === id && !thread.resolved)
      if (first) comments.select(first.id, "card")
    }}><Icon name="comment" size={14} />{formatNumber(count)}</button>
  )
}
