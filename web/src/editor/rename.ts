/** Gives a name another one, everywhere: F2, and a small field where it stands. */
import { StateEffect, StateField, type Extension } from "@codemirror/state"
import { keymap, showTooltip, type EditorView, type Tooltip } from "@codemirror/view"
import type { Language } from "./language"

const setField = StateEffect.define<Tooltip | null>()

const field = StateField.define<Tooltip | null>({
  create: () => null,
  update: (tooltip, transaction) => {
    for (const effect of transaction.effects) if (effect.is(setField)) return effect.value
    if (!tooltip || !transaction.docChanged) return tooltip
    // Others may write meanwhile: the field goes along with the name, unless that is another one now.
    const { startState, state, changes } = transaction
    const word = startState.wordAt(tooltip.pos)
    const pos = changes.mapPos(tooltip.pos, 1)
    const now = state.wordAt(pos)
    const isSame = word && now && startState.sliceDoc(word.from, word.to) === state.sliceDoc(now.from, now.to)
    return isSame ? { ...tooltip, pos } : null
  },
  provide: (own) => showTooltip.from(own),
})

const isName = (text: string): boolean => /^[^\W\d]\w*$/u.test(text)

function fieldAt(pos: number, name: string, label: string, give: (name: string) => void, close: () => void): Tooltip {
  return {
    pos, above: true, arrow: false,
    create: () => {
      const dom = document.createElement("form")
      dom.className = "cm-rename"
      const input = dom.appendChild(document.createElement("input"))
      input.value = name
      input.setAttribute("aria-label", label)
      input.spellcheck = false
      input.oninput = () => input.setAttribute("aria-invalid", String(!isName(input.value)))
      input.onblur = close
      dom.onsubmit = (event) => {
        event.preventDefault()
        if (isName(input.value)) give(input.value)
      }
      dom.onkeydown = (event) => {
        event.stopPropagation()
        if (event.key === "Escape") close()
      }
      return {
        dom,
        mount: () => {
          input.focus()
          input.select()
        },
      }
    },
  }
}

async function begin(view: EditorView, language: Language, label: string): Promise<void> {
  const { head } = view.state.selection.main
  const place = await language.renameable(head)
  if (!place || place.to > view.state.doc.length || !view.dom.isConnected || view.state.readOnly) return
  const name = view.state.sliceDoc(place.from, place.to)
  const close = (): void => {
    if (!view.state.field(field, false)) return
    view.dispatch({ effects: setField.of(null) })
    view.focus()
  }
  const give = (next: string): void => {
    const pos = view.state.field(field, false)?.pos
    close()
    if (pos !== undefined && next !== name) void language.rename(pos, next)
  }
  view.dispatch({ effects: setField.of(fieldAt(place.from, name, label, give, close)) })
}

export function rename(language: Language, label: string): Extension {
  return [field, keymap.of([{
    key: "F2", run: (view) => {
      void begin(view, language, label)
      return true
    },
  }])]
}
