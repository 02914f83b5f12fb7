/** Comments of a page: on cells and on parts of their text. */
import { markDraft } from "../src/model/cell_text"
import type { NotebookSession } from "../src/sync/session"
import type { Comment, Thread } from "../src/wire/comment"
import { newCommentId, newThreadId } from "../src/wire/ids"
import type { Op } from "../src/wire/page_message"
import type { World } from "./peer"
import { anySpan } from "./place"

export function comment(
  world: World, session: NotebookSession, fresh: () => string, wish: (op: Op) => void,
): void {
  const { state, role } = session.view
  if (!state || role === "viewer") return
  const { chance, ledger } = world
  const thread = chance.pick(state.threads)
  if (!thread || chance.happens(0.5)) {
    begin(world, session, fresh)
    return
  }
  const said = chance.pick(thread.comments)
  switch (chance.below(5)) {
    case 0:
    case 1: return wish({ type: "reply", thread: thread.id, comment: newCommentId(), text: fresh() })
    case 2: return wish({ type: "resolve_thread", thread: thread.id, resolved: thread.resolved === null })
    case 3:
      if (said?.user !== session.view.user?.id || !said) return
      return edit(world, thread, said, fresh(), wish)
    default:
      if (said?.user !== session.view.user?.id || !said) return
      ledger.excuse(said.text)
      return wish({ type: "delete_comment", thread: thread.id, comment: said.id })
  }
}

function begin({ chance, trace }: World, session: NotebookSession, fresh: () => string): void {
  const { state } = session.view
  const id = state && chance.pick(state.order)
  const cell = id && state.cells.get(id)
  if (!cell) return
  const thread = newThreadId()
  const text = fresh()
  const place = anySpan(chance, cell.text.doc, 8)
  trace(`${session.client} begins ${thread} on ${cell.id} ${place.from}-${place.to}: ${text}`)
  if (chance.happens(0.8) && place.from < place.to) session.change(cell.id, markDraft(thread, place))
  session.startThread({ thread, comment: newCommentId(), cell: cell.id, text })
}

/** Who changes a comment twice, in two tabs, has the last of it. */
function edit({ ledger }: World, thread: Thread, said: Comment, text: string, wish: (op: Op) => void): void {
  ledger.excuse(said.text + text)
  wish({ type: "edit_comment", thread: thread.id, comment: said.id, text })
}
