/** Completion by a language server and the living kernel together, or, without either, from the text itself. */
import {
  acceptCompletion, autocompletion, closeCompletion, completeAnyWord, completionKeymap,
  CompletionContext, completionStatus, startCompletion, type Completion, type CompletionResult, type CompletionSource,
} from "@codemirror/autocomplete"
import { indentLess, indentMore, insertTab } from "@codemirror/commands"
import { globalCompletion, localCompletionSource } from "@codemirror/lang-python"
import { getIndentUnit } from "@codemirror/language"
import { Prec, type EditorState, type Extension } from "@codemirror/state"
import { keymap, type Command, type EditorView } from "@codemirror/view"
import type { EditorOptions } from "../model/editor_options"
import type { CompletionItem } from "../wire/language_server"
import { readCompletions, type Kernel } from "./kernel"
import type { Language } from "./language"

/** A busy kernel answers late; then the text's own names must do. */
const patienceMs = 1_200

/** While a name goes on, the same list is narrowed. */
const validFor = /^\w*$/

/** Whether there is something to complete here. */
function isWanted(context: CompletionContext): boolean {
  if (context.explicit) return true
  if (context.tokenBefore(["Comment", "String", "FormatString"])) return false
  return context.matchBefore(/[\w\])"'.]\.\w*$|[^\W\d]\w+$|^\s*%{1,2}\w*$/) !== null
}

const isMember = (context: CompletionContext): boolean => context.matchBefore(/\.\w*$/) !== null

type Asked = "server" | "kernel" | "words"

/** What was offered for a text already: of two that know a name the first has it. */
class Offered {
  private readonly owners = new WeakMap<EditorState, Map<string, Asked>>()

  fresh<T extends { readonly label: string }>(state: EditorState, by: Asked, options: readonly T[]): readonly T[] {
    const owners = this.owners.get(state) ?? new Map<string, Asked>()
    this.owners.set(state, owners)
    return options.filter(({ label }) => {
      if (!owners.has(label)) owners.set(label, by)
      return owners.get(label) === by
    })
  }
}

/** The protocol's kinds of names, as the editor's icons know them. */
const kinds: readonly string[] = [
  "", "text", "method", "function", "class", "property", "variable", "class", "interface", "namespace", "property", "", "", "enum",
  "keyword", "text", "constant", "text", "", "", "constant", "constant", "class", "", "", "type",
]

function optionOf(item: CompletionItem, language: Language): Completion {
  const type = kinds[item.kind] ?? ""
  return {
    label: item.label, sortText: item.sort, ...(type === "" ? {} : { type }),
    info: async () => {
      const text = await language.explainCompletion(item)
      if (text === "") return null
      const dom = document.createElement("div")
      dom.className = "o-markdown cm-doc"
      dom.append(await language.render(text))
      return dom
    },
  }
}

/** Among the server's: names of a person's before what begins with an underscore. */
const kernelSort = (label: string): string => `${label.startsWith("_") ? "11" : "09"}.9999.${label}`

/** The server's. Who asks before it is there gets the answer when it is. */
function serverSource(language: Language, offered: Offered): CompletionSource {
  return async (context) => {
    if (!isWanted(context) || !language.isOffered()) return null
    if (!language.isReady()) {
      void language.begin().then(() => askAgain(context, language))
      return null
    }
    const items = await language.complete(context.pos) ?? []
    if (context.aborted) return null
    const word = context.matchBefore(/\w+$/)
    const options = offered.fresh(context.state, "server", items).map((item) => optionOf(item, language))
    // An empty list is an answer: after none the editor would not ask again for what was typed meanwhile.
    return { from: word?.from ?? context.pos, options, validFor }
  }
}

function askAgain({ view }: CompletionContext, language: Language): void {
  if (view?.hasFocus !== true || !language.isReady() || completionStatus(view.state) === "active") return
  const { main } = view.state.selection
  if (main.empty && isWanted(new CompletionContext(view.state, main.head, false))) startCompletion(view)
}

function kernelSource(kernel: Kernel, offered: Offered): CompletionSource {
  return async (context) => {
    if (!isWanted(context)) return null
    const content = await kernel.complete(context.state.doc.toString(), context.pos)
    if (context.aborted) return null
    const found = content && readCompletions(content, context.state.doc.length)
    if (!found) return null
    const options = offered.fresh(context.state, "kernel", found.options).map((option) => ({ sortText: kernelSort(option.label), ...option }))
    return { from: found.from, to: found.to, options, validFor }
  }
}

/** Words of the text, where nobody who knows better answers in time; behind a dot no word will do. */
function wordSource(kernel: Kernel, language: Language, offered: Offered): CompletionSource {
  return async (context) => {
    if (!isWanted(context) || isMember(context) || language.isReady()) return null
    const content = await patiently(kernel.complete(context.state.doc.toString(), context.pos))
    if (context.aborted || (content && readCompletions(content, context.state.doc.length))) return null
    const result = await fromText(context)
    return result && { ...result, options: offered.fresh(context.state, "words", result.options) }
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

/** All that is asked at once; what comes is shown as it comes. */
export function completionSources(kernel: Kernel, language: Language): readonly CompletionSource[] {
  const offered = new Offered()
  const once = onceAPlace(kernel)
  return [serverSource(language, offered), kernelSource(once, offered), wordSource(once, language, offered)]
}

/** Asks the kernel once about the same place. */
function onceAPlace(kernel: Kernel): Kernel {
  let last: { code: string; cursor: number; answer: ReturnType<Kernel["complete"]> } | null = null
  return {
    ...kernel,
    complete: (code, cursor) => {
      if (last?.code !== code || last.cursor !== cursor) last = { code, cursor, answer: kernel.complete(code, cursor) }
      const { answer } = last
      // The next one to ask may find another kernel.
      void answer.finally(() => {
        if (last?.answer === answer) last = null
      })
      return answer
    },
  }
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

/** To the next stop with spaces, as Python likes it. */
const indentOnce: Command = (view) => {
  const { state } = view
  if (state.readOnly) return insertTab(view)
  const changes = state.changeByRange((range) => {
    const line = state.doc.lineAt(range.head)
    const unit = getIndentUnit(state)
    const width = unit - ((range.head - line.from) % unit)
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

export function completion(
  kernel: Kernel, language: Language, options: Pick<EditorOptions, "completions" | "acceptOnEnter">,
): Extension {
  const keys = completionKeymap.filter(({ key }) => key !== "Enter" || options.acceptOnEnter)
  return [
    autocompletion({
      override: [...completionSources(kernel, language)], activateOnTyping: options.completions, maxRenderedOptions: 200,
      defaultKeymap: false, icons: true,
    }),
    Prec.highest(keymap.of(keys.map((binding) =>
      binding.run === closeCompletion ? { ...binding, run: closeList } : binding))),
  ]
}
