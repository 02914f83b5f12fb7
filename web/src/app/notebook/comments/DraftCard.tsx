import type { JSX } from "react"
import { PersonBadge } from "../../../ui/PersonBadge"
import { t } from "../../../words/words"
import { useNotebook, useSession } from "../context"
import { CommentField } from "./CommentField"
import { CommentText } from "./CommentText"
import type { Draft } from "./comments"
import { personName } from "../../../words/person_name"
import { Quote } from "./Quote"
import { colorOf, useComments } from "./state"

/** A thread that is being begun, or is on its way to the server. */
export function DraftCard({ draft }: { readonly draft: Draft }): JSX.Element {
  const { comments, session } = useNotebook()
  const { thread, cell, quote, sent } = draft
  const user = useSession(session, (view) => view.user)
  const color = useSession(session, (view) => view.user ? colorOf(view.people, view.user.id) : 0)
  const isSelected = useComments((state) => state.selected === thread)
  const turn = useComments((state) => state.selected === thread && state.target === "field" ? state.turn : 0)
  const revision = useComments((state) => state.revision)
  const name = personName(user?.name ?? "")
  return (
    <section className={`m-card m-card-draft ${isSelected ? "is-selected" : ""}`} data-card={thread}
      aria-label={t("comment.first")} onClick={() => {
        if (!isSelected) comments.select(thread)
      }}>
      <Quote text={quote} />
      <div className="m-comment">
        <div className="m-by">
          <PersonBadge name={name} color={color} />
          <span className="m-who"><span className="m-name">{name}</span></span>
        </div>
        {sent === null ? (
          <CommentField key={revision} name={thread} label={t("comment.first")} hint={t("comment.first_hint")}
            send={t("comment.send")} eager turn={turn}
            onSend={(text) => comments.sendFirst(draft, text)} onCancel={() => comments.discard(draft)}
            onLeave={() => comments.leave(cell)} />
        ) : <><CommentText text={sent} /><OnItsWay /></>}
      </div>
    </section>
  )
}

/** Why something that was sent is not there yet. */
export function OnItsWay(): JSX.Element {
  const { session } = useNotebook()
  const online = useSession(session, (view) => view.connection.kind === "online")
  return <p className="m-way">{t(online ? "comment.sending" : "comment.waiting")}</p>
}
