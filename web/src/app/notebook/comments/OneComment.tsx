import type { JSX, ReactNode } from "react"
import { PersonBadge } from "../../../ui/PersonBadge"
import type { Comment } from "../../../wire/comment"
import { personName } from "../../../words/person_name"
import { formatAgo, formatDateTime, t } from "../../../words/words"
import { useNotebook, useSession } from "../context"
import { CommentText } from "./CommentText"
import { colorOf } from "./state"

interface OneCommentProps {
  readonly comment: Comment
  readonly now: number
  readonly isUnread: boolean
  /** What can be done with it: buttons. */
  readonly actions?: ReactNode
  /** In place of the text: a field to change it. */
  readonly field?: ReactNode
}

/** Who wrote what when. */
export function OneComment({ comment, now, isUnread, actions, field }: OneCommentProps): JSX.Element {
  const { session } = useNotebook()
  const color = useSession(session, (view) => colorOf(view.people, comment.user))
  const { time_ms, edited_ms } = comment
  const name = personName(comment.name)
  return (
    <div className="m-comment">
      <div className="m-by">
        <PersonBadge name={name} color={color} />
        <span className="m-who">
          <span className="m-name">{name}</span>
          <span className="m-when">
            <time dateTime={new Date(time_ms).toISOString()} title={formatDateTime(time_ms)}>
              {formatAgo(time_ms, Math.max(now, time_ms))}
            </time>
            {edited_ms > 0 && (
              <span title={t("comment.edited_when", { when: formatDateTime(edited_ms) })}>
                {" · "}{t("comment.edited")}
              </span>
            )}
          </span>
        </span>
        {isUnread && <span className="m-dot" role="img" aria-label={t("comment.is_unread")} />}
        {actions !== undefined && <span className="m-actions">{actions}</span>}
      </div>
      {field ?? <CommentText text={comment.text} />}
    </div>
  )
}
