/**
 * The parts of a cell's text that comments are on. They move with the text as the model moves them,
 * until the model tells them again; a click on one is told.
 */
import { Prec, StateEffect, StateField, type EditorState, type Extension } from "@codemirror/state"
import { Decoration, EditorView, type DecorationSet } from "@codemirror/view"
import { draftPlace, placeHere } from "../model/cell_text"
import { moved } from "../model/threads"
import type { Anchor } from "../wire/comment"
import { threadId, type ThreadId } from "../wire/ids"

/** A comment on a part of the text that the server has; `anchor` null for one that is being begun. */
export interface CommentOnText {
  readonly thread: ThreadId
  readonly anchor: Anchor | null
  readonly isSelected: boolean
}

interface Mark extends Anchor {
  readonly thread: ThreadId
  readonly look: string
}

const setMarks = StateEffect.define<readonly Mark[]>()

function marksOf(text: EditorState, comments: readonly CommentOnText[]): readonly Mark[] {
  return comments.flatMap(({ thread, anchor, isSelected }) => {
    const place = anchor ? placeHere(text, anchor) : draftPlace(text, thread)
    const look = `cm-comment ${anchor ? "" : "cm-comment-draft"} ${isSelected ? "cm-comment-selected" : ""}`
    return place ? [{ ...place, thread, look }] : []
  })
}

function decorations(marks: readonly Mark[]): DecorationSet {
  const ranges = marks.filter(({ from, to }) => from < to).map(({ from, to, thread, look }) =>
    Decoration.mark({ class: look, attributes: { "data-thread": thread } }).range(from, to))
  return Decoration.set(ranges, true)
}

const shown = StateField.define<readonly Mark[]>({
  create: () => [],
  update: (marks, transaction) => {
    for (const effect of transaction.effects) if (effect.is(setMarks)) return effect.value
    return transaction.docChanged && marks.length > 0
      ? marks.map((mark) => ({ ...mark, ...moved(mark, transaction.changes) })) : marks
  },
  provide: (field) => EditorView.decorations.from(field, decorations),
})

const theme = EditorView.baseTheme({
  ".cm-comment": {
    background: "var(--c-comment)", borderRadius: "2px", boxShadow: "inset 0 -2px var(--c-comment-line)",
  },
  ".cm-comment-selected, .cm-comment-draft": { background: "var(--c-comment-strong)" },
})

/** For an editor's extensions. */
export function commentMarks(
  text: EditorState, comments: readonly CommentOnText[], onComment: (thread: ThreadId) => void,
): Extension {
  const click = (event: MouseEvent, view: EditorView): boolean => {
    const mark = event.target instanceof Element ? event.target.closest("[data-thread]") : null
    const thread = mark?.getAttribute("data-thread")
    // Who selects a part of it wants that part.
    if (thread && view.state.selection.main.empty) onComment(threadId(thread))
    return false
  }
  // Around all other marks, so that a problem or a found word does not cut a comment's in pieces.
  return [Prec.lowest(shown.init(() => marksOf(text, comments))), theme, EditorView.domEventHandlers({ click })]
}

/** Shows these from now on. */
export function showComments(view: EditorView, comments: readonly CommentOnText[]): void {
  const marks = marksOf(view.state, comments)
  if (marks.length === 0 && view.state.field(shown).length === 0) return
  view.dispatch({ effects: setMarks.of(marks) })
}

/** What a state shows: for tests. */
export function marksIn(text: EditorState): readonly Anchor[] {
  return text.field(shown).map(({ from, to }) => ({ from, to }))
}
