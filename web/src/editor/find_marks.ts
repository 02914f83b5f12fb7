/** Marks what is looked for in the texts that are seen. */
import { RangeSetBuilder, StateEffect, type Extension } from "@codemirror/state"
import { Decoration, ViewPlugin, type DecorationSet, type EditorView, type ViewUpdate } from "@codemirror/view"
import { spansIn, type Span } from "../model/find"

/** What is looked for in one cell's text. */
export interface Finding {
  readonly subscribe: (listener: () => void) => () => void
  /** Null: nothing. */
  readonly pattern: () => RegExp | null
  /** The place in this text that one is at. */
  readonly current: () => Span | null
}

const refresh = StateEffect.define()
const mark = Decoration.mark({ class: "cm-searchMatch" })
const currentMark = Decoration.mark({ class: "cm-searchMatch cm-searchMatch-selected" })
/** In what is seen of one text. */
const most = 1_000

function marksIn(view: EditorView, finding: Finding): DecorationSet {
  const pattern = finding.pattern()
  if (!pattern) return Decoration.none
  const current = finding.current()
  const marks = new RangeSetBuilder<Decoration>()
  for (const { from, to } of view.visibleRanges) {
    for (const span of spansIn(view.state.sliceDoc(from, to), pattern, most)) {
      const isCurrent = current !== null && span.from + from === current.from && span.to + from === current.to
      marks.add(span.from + from, span.to + from, isCurrent ? currentMark : mark)
    }
  }
  return marks.finish()
}

export function findMarks(finding: Finding): Extension {
  return ViewPlugin.define((view) => {
    const stop = finding.subscribe(() => view.dispatch({ effects: refresh.of(null) }))
    return {
      marks: marksIn(view, finding),
      update(update: ViewUpdate) {
        const asked = update.transactions.some(({ effects }) => effects.some((effect) => effect.is(refresh)))
        if (update.docChanged || update.viewportChanged || asked) this.marks = marksIn(update.view, finding)
      },
      destroy: stop,
    }
  }, { decorations: (plugin) => plugin.marks })
}
