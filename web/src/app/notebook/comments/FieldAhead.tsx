import type { JSX, KeyboardEvent } from "react"
import { t } from "../../../words/words"
import { useNotebook } from "../context"
import { useComments } from "./state"

/**
 * Stands where the comments will be. The keyboard comes here at once when one is begun: what is typed would
 * replace the text that it is on. The field that comes shows what was typed; Enter sends here as it does there.
 */
export function FieldAhead(): JSX.Element {
  const { comments } = useNotebook()
  const thread = useComments(({ selected, target }) => target === "field" ? selected : null)
  const send = (event: KeyboardEvent<HTMLTextAreaElement>): void => {
    if (event.key !== "Enter" || event.shiftKey || event.altKey || event.nativeEvent.isComposing) return
    event.preventDefault()
    if (thread !== null) comments.sendAhead(thread)
  }
  return (
    <aside className="m-margin" aria-label={t("comment.title")}>
      {thread !== null && (
        <div className="m-field">
          <textarea key={thread} className="m-area" rows={1} autoFocus aria-label={t("comment.first")}
            defaultValue={comments.textOf(thread)} onChange={(event) => comments.typed(thread, event.target.value)}
            onKeyDown={send} />
        </div>
      )}
    </aside>
  )
}
