/** Completion from the living kernel, or, without one that answers, from the text itself. */
import {
  acceptCompletion, autocompletion, closeCompletion, completeAnyWord, completionKeymap,
  completionStatus, startCompletion, type CompletionContext, type CompletionResult, type CompletionSource,
} from "@codemirror/autocomplete"
import { indentLess, indentMore, insertTab } from "@codemirror/commands"
import { globalCompletion, localCompletionSource } from "@codemirror/lang-python"
import { Prec, type Extension } from "@codemirror/state"
import { keymap, type Command, type EditorView } from "@codemirror/view"
import { readCompletions, type Kernel } from "./kernel"

/** A busy kernel answers late; then the text's own names must do. */
const patienceMs = 1_200

export function kernelSource(kernel: Kernel): CompletionSource {
  return async (context) => {
    if (!context.explicit && context.tokenBefore(["Comment", "String", "FormatString"])) return null
    if (!context.explicit && !context.matchBefore(/[\w\])"'.]\.\w*$|[^\W\d]\w+$|^\s*%{1,2}\w*$/)) {
      return null
    }
    const code = context.state.doc.toString()
    // What is behind a dot only the kernel knows: worth waiting for, and no word will do instead.
    const isMember = context.matchBefore(/\.\w*$/) !== null
    const asked = kernel.complete(code, context.pos)
    const content = await (isMember ? asked : patiently(asked))
    if (context.aborted) return null
    const found = content && readCompletions(content, context.state.doc.length)
    if (!found) return isMember ? null : fromText(context)
    return { from: found.from, to: found.to, options: found.options, validFor: /^\w*$/ }
  }
}

function patiently<T>(answer: Promise<T | null>): Promise<T | null> {
  const tired = new Promise<null>((resolve) => setTimeout(() => resolve(null), patienceMs))
  return Promise.race([answer, tired])
}

async function fromText(context: CompletionContext): Promise<CompletionResult | null> {
  for (const source of [localCompletionSource, globalCompletion, completeAnyWord]) {
    const result = await source(context)
    if (result && result.options.length > 0) return result
  }
  return null
}

function isAfterName(view: EditorView): boolean {
  const { main } = view.state.selection
  if (!main.empty) return false
  const line = view.state.doc.lineAt(main.head)
  return /[\w.\])"'%/]$/.test(line.text.slice(0, main.head - line.from))
}

/** Tab: takes the chosen completion, asks for some behind a name, indents elsewhere. */
export const completeOrIndent: Command = (view) =>
  acceptCompletion(view) ||
  (isAfterName(view) && startCompletion(view)) ||
  (view.state.selection.ranges.some((range) => !range.empty) ? indentMore(view) : indentOnce(view))

/** To the next stop of four with spaces, as Python likes it. */
const indentOnce: Command = (view) => {
  const { state } = view
  if (state.readOnly) return insertTab(view)
  const changes = state.changeByRange((range) => {
    const line = state.doc.lineAt(range.head)
    const width = 4 - ((range.head - line.from) % 4)
    return {
      changes: { from: range.head, insert: " ".repeat(width) },
      range: range.extend(range.head + width, range.head + width),
    }
  })
  view.dispatch(state.update(changes, { userEvent: "input.indent", scrollIntoView: true }))
  return true
}

export const dedent: Command = indentLess

/** Closes the list. One that was not there yet comes no more, and the key still means what it means. */
const closeList: Command = (view) => {
  const wasShown = completionStatus(view.state) === "active"
  return closeCompletion(view) && wasShown
}

export function completion(kernel: Kernel): Extension {
  return [
    autocompletion({
      override: [kernelSource(kernel)], activateOnTyping: true, maxRenderedOptions: 200,
      defaultKeymap: false, icons: true,
    }),
    Prec.highest(keymap.of(completionKeymap.map((binding) =>
      binding.run === closeCompletion ? { ...binding, run: closeList } : binding))),
  ]
}
