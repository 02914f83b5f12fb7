/** Marks the line that runs now. It moves with the text; the kernel tells of the next. */
import { RangeSetBuilder, StateEffect, StateField, type Extension } from "@codemirror/state"
import { Decoration, EditorView, type DecorationSet } from "@codemirror/view"

const put = StateEffect.define<number>()
const mark = Decoration.line({ class: "cm-running-line" })

const marked = StateField.define<DecorationSet>({
  create: () => Decoration.none,
  update: (before, transaction) => {
    let now = before.map(transaction.changes)
    for (const effect of transaction.effects) {
      if (!effect.is(put)) continue
      const builder = new RangeSetBuilder<Decoration>()
      const { newDoc } = transaction
      if (effect.value > 0 && effect.value <= newDoc.lines) {
        const { from } = newDoc.line(effect.value)
        builder.add(from, from, mark)
      }
      now = builder.finish()
    }
    return now
  },
  provide: (field) => EditorView.decorations.from(field),
})

export const runningLine: Extension = [marked, EditorView.baseTheme({
  ".cm-running-line": { position: "relative", backgroundColor: "var(--c-accent-soft)" },
  ".cm-running-line::before": {
    content: '"➜"', position: "absolute", left: "-1px", width: "12px", overflow: "hidden", color: "var(--c-accent)", fontSize: "10px",
    transform: "translateX(-9px)",
  },
})]

/** From 1; 0: none. */
export function showRunningLine(view: EditorView, line: number): void {
  view.dispatch({ effects: put.of(line) })
}
