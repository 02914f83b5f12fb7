/** What of a cell's text comments are on, for its editor. */
import { useMemo } from "react"
import type { CommentOnText } from "../../../editor/comment_marks"
import type { CellId } from "../../../wire/ids"
import { useNotebook } from "../context"
import { usePart } from "../session_parts"
import { useComments } from "./state"

/** The open threads and the selected one; the same list while it is. */
export function useCommentsOn(cell: CellId): readonly CommentOnText[] {
  const { session } = useNotebook()
  const threads = usePart(session, "threads")
  const drafts = useComments((state) => state.drafts)
  const selected = useComments((state) => state.selected)
  return useMemo(() => [
    ...threads.filter((thread) => thread.cell === cell && (!thread.resolved || thread.id === selected))
      .flatMap(({ id, anchor }) => anchor ? [{ thread: id, anchor, isSelected: id === selected }] : []),
    ...drafts.filter((draft) => draft.cell === cell && draft.quote !== "")
      .map(({ thread }) => ({ thread, anchor: null, isSelected: thread === selected })),
  ], [threads, drafts, selected, cell])
}
