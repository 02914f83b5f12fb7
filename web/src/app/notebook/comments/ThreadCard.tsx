import { useEffect, useRef, useState, type JSX, type KeyboardEvent } from "react"
import { unreadIn } from "../../../model/unread"
import type { ListedThread } from "../../../model/thread_list"
import { Button } from "../../../ui/Button"
import { Icon } from "../../../ui/icons"
import type { Comment, Thread } from "../../../wire/comment"
import { formatAgo, t, tn } from "../../../words/words"
import { useNotebook, useSession } from "../context"
import { CommentActions } from "./CommentActions"
import { CommentField } from "./CommentField"
import { CommentText } from "./CommentText"
import { readerOf } from "./comments"
import { OnItsWay } from "./DraftCard"
import { personName } from "../../../words/person_name"
import { OneComment } from "./OneComment"
import { Quote } from "./Quote"
import { useSeeing } from "./seeing"
import { useComments, useMayComment, useUnread } from "./state"

interface ThreadCardProps {
  readonly listed: ListedThread
  readonly now: number
}

/** A thread of comments; the selected one is whole and can be answered. */
export function ThreadCard({ listed: { thread, standing }, now }: ThreadCardProps): JSX.Element {
  const { comments } = useNotebook()
  const card = useRef<HTMLElement>(null)
  const [hovered, setHovered] = useState(false)
  const isSelected = useComments((state) => state.selected === thread.id)
  const turn = useComments((state) => state.selected === thread.id && state.target === "card" ? state.turn : 0)
  const unread = useUnread(thread)
  useSeeing(card, unread, () => comments.saw(thread.id))
  useEffect(() => {
    if (turn > 0) card.current?.focus({ preventScroll: true })
  }, [turn])
  const select = (): void => {
    if (!isSelected) comments.select(thread.id)
  }
  const state = `${isSelected ? "is-selected" : ""} ${thread.resolved ? "is-resolved" : ""} ${unread > 0 ? "is-unread" : ""}`
  return (
    <article ref={card} tabIndex={0} className={`m-card ${state}`} data-card={thread.id}
      aria-label={labelOf(thread, unread)} aria-current={isSelected} onClick={select}
      onPointerEnter={() => setHovered(true)} onPointerLeave={() => setHovered(false)}
      onFocus={(event) => {
        // A click selects when it is over: nothing may move under the mouse before.
        if (event.target === card.current && event.target.matches(":focus-visible")) select()
      }}
      onKeyDown={(event) => onCardKey(event, card.current, {
        open: () => comments.select(thread.id, "field"), leave: () => comments.leave(thread.cell),
      })}>
      <Standing thread={thread} standing={standing} />
      <Quote text={thread.quote} />
      <Conversation thread={thread} now={now} isWhole={isSelected || unread > 0} isActive={isSelected || hovered} />
      {thread.resolved && (
        <p className="m-resolved">
          <Icon name="check" size={16} />
          {t("comment.resolved_by", {
            name: personName(thread.resolved.name), when: formatAgo(thread.resolved.time_ms, Math.max(now, thread.resolved.time_ms)),
          })}
        </p>
      )}
      {isSelected && <Answer thread={thread} />}
    </article>
  )
}

function labelOf({ comments: [first, ...replies], resolved }: Thread, unread: number): string {
  return [
    t("comment.thread_by", { name: personName(first.name), text: first.text.slice(0, 80) }),
    replies.length > 0 ? tn("comment.replies", replies.length) : "",
    unread > 0 ? t("comment.is_unread") : "", resolved ? t("comment.is_resolved") : "",
  ].filter((part) => part !== "").join(", ")
}

interface CardActs {
  readonly open: () => void
  readonly leave: () => void
}

function onCardKey(event: KeyboardEvent, card: HTMLElement | null, acts: CardActs): void {
  const { target } = event
  // Menus and dialogs of the card are elsewhere in the page.
  if (!card || !(target instanceof Node) || !card.contains(target)) return
  if (event.key === "Escape") acts.leave()
  else if (target !== card) return
  else if (event.key === "Enter") acts.open()
  else if (event.key === "ArrowDown" || event.key === "ArrowUp") neighbour(card, event.key === "ArrowDown")?.focus()
  else return
  event.preventDefault()
  event.stopPropagation()
}

function neighbour(card: HTMLElement, below: boolean): HTMLElement | undefined {
  const cards = [...card.parentElement?.querySelectorAll<HTMLElement>("article[data-card]") ?? []]
  return cards[cards.indexOf(card) + (below ? 1 : -1)]
}

/** Says that the cell is not there, and gives it back where that can be. */
function Standing({ thread: { cell }, standing }: ListedThread): JSX.Element | null {
  const { session, commands } = useNotebook()
  const writable = useSession(session, (view) => view.writable)
  const binned = useSession(session, (view) => view.state?.bin.find(({ id }) => id === cell))
  if (standing === "cell") return null
  return (
    <div className="m-standing">
      <Icon name="trash" size={16} />
      <span>{t(standing === "bin" ? "comment.on_deleted" : "comment.on_gone")}</span>
      {binned && writable && (
        <Button variant="plain" size="small" onPress={() => commands.restore(binned)}>
          {t("comment.restore_cell")}
        </Button>
      )}
    </div>
  )
}

/** Of a long thread that nobody has opened, the first and the last are shown. */
const mostFolded = 3

interface ConversationProps {
  readonly thread: Thread
  readonly now: number
  readonly isWhole: boolean
  readonly isActive: boolean
}

function Conversation({ thread, now, isWhole, isActive }: ConversationProps): JSX.Element {
  const { comments, session } = useNotebook()
  const editing = useComments((state) => state.editing)
  const revision = useComments((state) => state.revision)
  const sent = useComments((state) => state.replies)
  const reader = readerOf(session.view, comments.view.seen)
  const unread = new Set(reader ? unreadIn(thread, reader).map(({ id }) => id) : [])
  const hidden = !isWhole && thread.comments.length > mostFolded ? thread.comments.length - 2 : 0
  const one = (comment: Comment): JSX.Element => (
    <OneComment key={comment.id} comment={comment} now={now} isUnread={unread.has(comment.id)}
      actions={isActive ? <CommentActions thread={thread} comment={comment} /> : undefined}
      field={editing === comment.id ? (
        <CommentField key={revision} name={comment.id} label={t("comment.edit_label")} hint="" eager turn={1}
          send={t("comment.save")} onSend={(text) => comments.sendEdit(thread.id, comment.id, text)}
          onCancel={() => comments.stopEditing(comment.id)} onLeave={() => {
            comments.stopEditing(comment.id)
            comments.select(thread.id, "card")
          }} />
      ) : undefined} />
  )
  const [first, ...replies] = thread.comments
  return (
    <div className="m-conversation">
      {one(first)}
      {hidden > 0 && <p className="m-more">{tn("comment.more_replies", hidden)}</p>}
      {replies.slice(hidden).map(one)}
      {sent.filter((reply) => reply.thread === thread.id).map(({ comment, text }) => (
        <div key={comment} className="m-comment m-comment-sent"><CommentText text={text} /><OnItsWay /></div>
      ))}
    </div>
  )
}

function Answer({ thread }: { readonly thread: Thread }): JSX.Element | null {
  const { comments } = useNotebook()
  const turn = useComments((state) => state.selected === thread.id && state.target === "field" ? state.turn : 0)
  const revision = useComments((state) => state.revision)
  const editing = useComments((state) => state.editing !== null)
  const may = useMayComment()
  if (!may || editing) return null
  return (
    <CommentField key={revision} name={thread.id} label={t("comment.reply")} hint={t("comment.reply_hint")}
      send={t("comment.send_reply")} turn={turn} onSend={(text) => comments.reply(thread, text)}
      onCancel={() => comments.select(thread.id, "card")} onLeave={() => comments.leave(thread.cell)} />
  )
}
