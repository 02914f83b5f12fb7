/** The documentation of a name, by Shift+Tab or by resting the mouse on it. */
import { closeCompletion } from "@codemirror/autocomplete"
import { StateEffect, StateField, type Extension } from "@codemirror/state"
import {
  hoverTooltip, showTooltip, type Command, type EditorView, type Tooltip,
} from "@codemirror/view"
import { dedent } from "./completion"
import { readInspection, type Kernel } from "./kernel"

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

function tooltipAt(pos: number, text: string): Tooltip {
  return {
    pos, above: true, arrow: false,
    create: () => {
      const dom = document.createElement("pre")
      dom.className = "cm-inspect"
      dom.textContent = text
      return { dom }
    },
  }
}

async function explain(kernel: Kernel, view: EditorView, pos: number): Promise<string | null> {
  const content = await kernel.inspect(view.state.doc.toString(), pos)
  return content && readInspection(content)
}

function inspectCommand(kernel: Kernel): Command {
  return (view) => {
    const { main } = view.state.selection
    const line = view.state.doc.lineAt(main.head)
    const before = line.text.slice(0, main.head - line.from)
    if (!main.empty || before.trim() === "") return dedent(view)
    closeCompletion(view)
    const { state } = view
    void explain(kernel, view, main.head).then((text) => {
      if (text !== null && view.state.doc.eq(state.doc) && view.dom.isConnected) {
        view.dispatch({ effects: setTooltip.of(tooltipAt(main.head, text)) })
      }
    })
    return true
  }
}

const hideInspection: Command = (view) => {
  if (!view.state.field(shownTooltip, false)) return false
  view.dispatch({ effects: setTooltip.of(null) })
  return true
}

const hoverMs = 700

export function inspection(kernel: Kernel): {
  readonly extension: Extension; readonly command: Command; readonly hide: Command
} {
  const hover = hoverTooltip(async (view, pos) => {
    const word = view.state.wordAt(pos)
    if (!word) return null
    const text = await explain(kernel, view, word.to)
    return text === null ? null : tooltipAt(word.from, text)
  }, { hoverTime: hoverMs, hideOnChange: true })
  return { extension: [shownTooltip, hover], command: inspectCommand(kernel), hide: hideInspection }
}
