/** Two versions of a text, read only, with what differs between them marked. */
import { python } from "@codemirror/lang-python"
import { MergeView, unifiedMergeView } from "@codemirror/merge"
import { EditorState, type Extension } from "@codemirror/state"
import { EditorView } from "@codemirror/view"
import type { CellType } from "../wire/cell"
import { late } from "./late"
import { look } from "./look"

/** `single`: only `after`, with nothing to compare it with. */
export type DiffLayout = "inline" | "side" | "single"

export interface DiffSetup {
  readonly layout: DiffLayout
  readonly before: string
  readonly after: string
  /** Null: what is no cell's text. */
  readonly cell_type: CellType | null
  readonly labels: {
    readonly before: string
    readonly after: string
    /** Of lines that are folded away, with `$` for their number. */
    readonly unchanged: string
  }
}

/** So much work a difference may be, before it is told more coarsely. */
const diffConfig = { scanLimit: 500, timeout: 200 }
const collapseUnchanged = { margin: 3, minSize: 6 }

const colours = EditorView.theme({
  ".cm-content": { padding: "4px 0" },
  ".cm-changedLine, &.cm-merge-b .cm-changedLine, .cm-insertedLine": { backgroundColor: "var(--c-success-soft)" },
  "&.cm-merge-a .cm-changedLine, .cm-deletedChunk": { backgroundColor: "var(--c-danger-soft)" },
  "&.cm-merge-b .cm-changedText, .cm-insertedLine .cm-changedText, .cm-changedLine .cm-changedText": {
    background: "color-mix(in srgb, var(--c-success) 28%, transparent)", borderRadius: "2px",
  },
  "&.cm-merge-a .cm-changedText, .cm-deletedChunk .cm-deletedText, .cm-deletedText": {
    background: "color-mix(in srgb, var(--c-danger) 28%, transparent)", borderRadius: "2px",
    textDecoration: "none",
  },
  ".cm-deletedChunk": { padding: "0 12px" },
  ".cm-deletedChunk .cm-deletedLine": { padding: "0" },
  ".cm-collapsedLines": {
    padding: "3px 12px", background: "var(--c-surface)", color: "var(--c-text-2)", cursor: "pointer",
    fontFamily: "var(--font-ui)", fontSize: "var(--size-1)", lineHeight: "1.6",
  },
  ".cm-changeGutter": { width: "3px", paddingLeft: "0" },
  "&.cm-merge-b .cm-changedLineGutter, .cm-changedLineGutter": { background: "var(--c-success)" },
  "&.cm-merge-a .cm-changedLineGutter, .cm-deletedLineGutter": { background: "var(--c-danger)" },
  ".cm-gutters": { background: "transparent", border: "0" },
})

const markdown = late(async () => (await import("./markdown_mode")).markdownMode)

function languageOf(cell_type: CellType | null): Extension {
  if (cell_type === "markdown") return markdown()
  return cell_type === "code" ? python() : []
}

function shown({ cell_type, labels }: DiffSetup, label: string): Extension {
  return [
    look, colours, languageOf(cell_type), EditorView.lineWrapping,
    EditorState.readOnly.of(true), EditorView.editable.of(false),
    EditorState.phrases.of({ "$ unchanged lines": labels.unchanged }),
    // Not editable, it would not be reached by the keyboard, and could not be scrolled by it.
    EditorView.contentAttributes.of({ "aria-label": label, tabindex: "0" }),
  ]
}

/** Shows it in `parent`; returns what takes it away again. */
export function mountDiff(parent: HTMLElement, setup: DiffSetup): () => void {
  const { layout, before, after, labels } = setup
  if (layout === "side") {
    const view = new MergeView({
      parent, diffConfig, collapseUnchanged, gutter: true,
      a: { doc: before, extensions: shown(setup, labels.before) },
      b: { doc: after, extensions: shown(setup, labels.after) },
    })
    return () => view.destroy()
  }
  const merged = layout === "inline"
    ? unifiedMergeView({ original: before, mergeControls: false, diffConfig, collapseUnchanged, gutter: true })
    : []
  const view = new EditorView({ parent, doc: after, extensions: [shown(setup, labels.after), merged] })
  return () => view.destroy()
}
