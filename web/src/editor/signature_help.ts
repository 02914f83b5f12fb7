/** The parameters of the call that is being written, above it; the one that is next stands out. */
import { StateEffect, StateField, type EditorState, type Extension } from "@codemirror/state"
import { keymap, showTooltip, ViewPlugin, type Command, type EditorView, type Tooltip } from "@codemirror/view"
import type { Signature, Signatures } from "../wire/language_server"
import type { Language } from "./language"

interface Shown {
  readonly pos: number
  readonly signatures: Signatures
  /** Which of several is seen. */
  readonly at: number
}

const setShown = StateEffect.define<Shown | null>()

const shown = StateField.define<Shown | null>({
  create: () => null,
  update: (value, transaction) => {
    for (const effect of transaction.effects) if (effect.is(setShown)) return effect.value
    return value && transaction.docChanged ? { ...value, pos: transaction.changes.mapPos(value.pos) } : value
  },
  provide: (field) => showTooltip.from(field, (value) => value && tooltip(value)),
})

function tooltip({ pos, signatures, at }: Shown): Tooltip {
  const signature = signatures.all[at]
  return {
    pos, above: true, arrow: false,
    create: () => {
      const dom = document.createElement("div")
      dom.className = "cm-signature"
      if (!signature) return { dom }
      dom.append(line(signature, signatures.all.length > 1 ? `${at + 1}/${signatures.all.length}` : ""))
      const about = signature.documentation.split(/\n\s*\n/)[0]?.trim() ?? ""
      if (about !== "") {
        const text = dom.appendChild(document.createElement("div"))
        text.className = "cm-signature-about"
        text.textContent = about
      }
      return { dom }
    },
  }
}

function line({ label, parameters, active }: Signature, count: string): HTMLElement {
  const dom = document.createElement("code")
  if (count !== "") {
    const place = dom.appendChild(document.createElement("span"))
    place.className = "cm-signature-count"
    place.textContent = count
  }
  const next = parameters[active]
  if (!next) {
    dom.append(label)
    return dom
  }
  const strong = document.createElement("strong")
  strong.textContent = label.slice(next.from, next.to)
  dom.append(label.slice(0, next.from), strong, label.slice(next.to))
  return dom
}

/** Whether the cursor is between brackets, as far as a look at a few lines tells. */
function mayCall(state: EditorState): boolean {
  const { head } = state.selection.main
  const before = state.sliceDoc(Math.max(0, head - 2_000), head)
  let depth = 0
  for (let at = before.length - 1; at >= 0; at -= 1) {
    const sign = before[at]
    if (sign === ")") depth += 1
    else if (sign === "(" && depth === 0) return true
    else if (sign === "(") depth -= 1
  }
  return false
}

class Follower {
  private asked = 0
  private timer: ReturnType<typeof setTimeout> | undefined

  constructor(readonly view: EditorView, private readonly language: Language) {}

  /** Looks again for what is written now. */
  look(delayMs: number): void {
    clearTimeout(this.timer)
    this.timer = setTimeout(() => void this.ask(), delayMs)
  }

  async ask(): Promise<void> {
    const { view } = this
    const ticket = ++this.asked
    const { state } = view
    const { main } = state.selection
    const signatures = main.empty && mayCall(state) ? await this.language.signatures(main.head, state.doc) : null
    if (ticket !== this.asked || !view.dom.isConnected) return
    const before = view.state.field(shown)
    if (!signatures && !before) return
    const at = before && before.signatures.all.length === signatures?.all.length ? before.at : signatures?.active ?? 0
    view.dispatch({ effects: setShown.of(signatures && { signatures, pos: view.state.selection.main.head, at }) })
  }

  close(): void {
    this.asked += 1
    clearTimeout(this.timer)
  }
}

const hideSignatures: Command = (view) => {
  if (!view.state.field(shown, false)) return false
  view.dispatch({ effects: setShown.of(null) })
  return true
}

const step = (by: 1 | -1): Command => (view) => {
  const now = view.state.field(shown, false)
  const count = now?.signatures.all.length ?? 0
  if (!now || count < 2) return false
  view.dispatch({ effects: setShown.of({ ...now, at: (now.at + by + count) % count }) })
  return true
}

export function signatureHelp(language: Language): Extension {
  const follower = ViewPlugin.define((view) => {
    const follow = new Follower(view, language)
    return {
      follow,
      update: (update) => {
        const typed = update.transactions.some((each) => each.isUserEvent("input.type"))
        const opened = typed && /[(,]$/.test(update.state.sliceDoc(Math.max(0, update.state.selection.main.head - 1), update.state.selection.main.head))
        const isShown = update.state.field(shown) !== null
        if (opened || (isShown && (update.docChanged || update.selectionSet))) follow.look(60)
        if (isShown && update.focusChanged && !update.view.hasFocus) {
          follow.close()
          queueMicrotask(() => hideSignatures(view))
        }
      },
      destroy: () => follow.close(),
    }
  })
  const ask: Command = (view) => {
    void view.plugin(follower)?.follow.ask()
    return true
  }
  return [shown, follower, keymap.of([
    { key: "Mod-Shift-Space", run: ask },
    { key: "Mod-Shift-ArrowUp", run: step(-1) },
    { key: "Mod-Shift-ArrowDown", run: step(1) },
    { key: "Escape", run: hideSignatures },
  ])]
}
