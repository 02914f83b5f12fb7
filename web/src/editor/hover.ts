/** What stands at the mouse or the cursor, told in a small window beside it. */
import { closeCompletion } from "@codemirror/autocomplete"
import { StateEffect, StateField, type Extension } from "@codemirror/state"
import { hoverTooltip, showTooltip, type Command, type EditorView, type Tooltip } from "@codemirror/view"
import type { Explanation } from "../model/code_explanation"
import { dedent } from "./completion"
import type { Language } from "./language"

export interface HoverWords {
  readonly openHelp: string
}

const setTooltip = StateEffect.define<Tooltip | null>()

const shownTooltip = StateField.define<Tooltip | null>({
  create: () => null,
  update: (tooltip, transaction) => {
    for (const effect of transaction.effects) if (effect.is(setTooltip)) return effect.value
    // It was about a place that is not the same any more.
    return transaction.docChanged || transaction.selection ? null : tooltip
  },
  provide: (field) => showTooltip.from(field),
})

/** What is told as nodes: the declaration coloured, what is about it below. */
export async function explanationNodes({ code, markdown, text }: Explanation, language: Language): Promise<Node> {
  const nodes = document.createDocumentFragment()
  if (code !== "") nodes.append(await language.render(`\`\`\`python\n${code}\n\`\`\``))
  if (markdown !== "") nodes.append(await language.render(markdown))
  if (text !== "") {
    const plain = nodes.appendChild(document.createElement("div"))
    plain.className = "cm-doc-text"
    plain.textContent = text
  }
  return nodes
}

async function tooltipAt(pos: number, explanation: Explanation, name: string, language: Language, words: HoverWords): Promise<Tooltip> {
  const nodes = await explanationNodes(explanation, language)
  return {
    pos, above: true, arrow: false,
    create: () => {
      const dom = document.createElement("div")
      dom.className = "cm-hover"
      const body = dom.appendChild(document.createElement("div"))
      body.className = "o-markdown cm-doc"
      body.append(nodes.cloneNode(true))
      const open = dom.appendChild(document.createElement("button"))
      open.type = "button"
      open.className = "cm-hover-open"
      open.textContent = words.openHelp
      open.onclick = () => language.openHelp(name, explanation)
      return { dom }
    },
  }
}

/** The name with what it is a part of: `os.path`. */
export function nameAt(view: EditorView, from: number, to: number): string {
  const line = view.state.doc.lineAt(from)
  const before = /[\w.]*$/.exec(line.text.slice(0, from - line.from))?.[0] ?? ""
  return before + view.state.sliceDoc(from, to)
}

async function tell(view: EditorView, pos: number, language: Language, words: HoverWords): Promise<Tooltip | null> {
  const word = view.state.wordAt(pos)
  if (!word) return null
  const { state } = view
  const explanation = await language.explain(word.to, state.doc)
  if (!explanation || !view.state.doc.eq(state.doc)) return null
  return tooltipAt(word.from, explanation, nameAt(view, word.from, word.to), language, words)
}

/** Of the name at the cursor; where the line begins it takes indentation away instead. */
function hoverCommand(language: Language, words: HoverWords): Command {
  return (view) => {
    const { main } = view.state.selection
    const line = view.state.doc.lineAt(main.head)
    const before = line.text.slice(0, main.head - line.from)
    if (!main.empty || before.trim() === "") return dedent(view)
    closeCompletion(view)
    // In a call that has just been opened its name is meant.
    const name = /[\w.](?=\([^()]*$)/.exec(before)
    const pos = view.state.wordAt(main.head) ? main.head : name ? line.from + name.index + 1 : main.head
    void tell(view, pos, language, words).then((tooltip) => {
      if (tooltip && view.dom.isConnected) view.dispatch({ effects: setTooltip.of(tooltip) })
    })
    return true
  }
}

const hide: Command = (view) => {
  if (!view.state.field(shownTooltip, false)) return false
  view.dispatch({ effects: setTooltip.of(null) })
  return true
}

const hoverMs = 600

export function hover(language: Language, words: HoverWords): {
  readonly extension: Extension; readonly command: Command; readonly hide: Command
} {
  const byMouse = hoverTooltip((view, pos) => tell(view, pos, language, words), { hoverTime: hoverMs, hideOnChange: true })
  return { extension: [shownTooltip, byMouse], command: hoverCommand(language, words), hide }
}
