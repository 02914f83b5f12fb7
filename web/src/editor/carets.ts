/**
 * The cursors and selections of other people in a cell's text. What is told moves with the text until
 * it is told again; a name stands at a cursor for a moment after it moved, and under the mouse.
 */
import {
  EditorSelection, StateEffect, StateField, type ChangeDesc, type EditorState, type Extension,
} from "@codemirror/state"
import {
  EditorView, layer, RectangleMarker, showTooltip, ViewPlugin, type LayerMarker, type Tooltip,
  type TooltipView, type ViewUpdate,
} from "@codemirror/view"
import { moved, personClass } from "../model/people"
import type { Carets } from "../sync/presence"

const nameMs = 2000

interface Shown {
  readonly carets: readonly Carets[]
  /** Whose names stand at their cursors now. */
  readonly named: ReadonlySet<string>
}

const setCarets = StateEffect.define<readonly Carets[]>()
const name = StateEffect.define<string>()
const unname = StateEffect.define<string>()

function mapped(carets: readonly Carets[], changes: ChangeDesc): readonly Carets[] {
  return carets.map((each) => ({ ...each, selection: moved(each.selection, changes) }))
}

/** Those that moved by themselves since `before`, and were there already. */
function movers(before: readonly Carets[], now: readonly Carets[]): readonly string[] {
  return now.flatMap(({ person, turn }) => {
    const old = before.find((other) => other.person.client === person.client)
    return old?.turn === turn ? [] : [person.client]
  })
}

const shown = StateField.define<Shown>({
  create: () => ({ carets: [], named: new Set() }),
  update: (value, transaction) => {
    let { carets, named } = value
    if (transaction.docChanged && carets.length > 0) carets = mapped(carets, transaction.changes.desc)
    for (const effect of transaction.effects) {
      if (effect.is(setCarets)) carets = effect.value
      else if (effect.is(name)) named = new Set(named).add(effect.value)
      else if (effect.is(unname)) named = new Set([...named].filter((client) => client !== effect.value))
    }
    return carets === value.carets && named === value.named ? value : { carets, named }
  },
  provide: (field) => showTooltip.computeN([field], (state) => nameTooltips(state.field(field))),
})

/** Tooltips with the same maker are one: their place changes, their element stays. */
const makers = new Map<string, () => TooltipView>()

function nameMaker(text: string, look: string): () => TooltipView {
  const key = `${look}\n${text}`
  const known = makers.get(key)
  if (known) return known
  const make = (): TooltipView => {
    const dom = document.createElement("div")
    dom.className = `cm-person-name ${look}`
    dom.textContent = text
    dom.setAttribute("aria-hidden", "true")
    return { dom }
  }
  makers.set(key, make)
  return make
}

function nameTooltips({ carets, named }: Shown): readonly Tooltip[] {
  return carets.flatMap(({ person, selection }) => {
    const head = selection.at(-1)?.[1]
    if (head === undefined || !named.has(person.client)) return []
    return [{ pos: head, above: true, create: nameMaker(person.name, personClass(person.color)) }]
  })
}

/** A cursor of somebody: a line with a knob that tells the name under the mouse. */
class CaretMarker implements LayerMarker {
  constructor(
    private readonly rectangle: RectangleMarker,
    private readonly client: string,
    private readonly look: string,
    private readonly view: EditorView,
  ) {}

  eq(other: LayerMarker): boolean {
    return other instanceof CaretMarker && other.look === this.look && other.client === this.client &&
      other.rectangle.eq(this.rectangle)
  }

  draw(): HTMLElement {
    const line = document.createElement("div")
    line.className = `cm-person-caret ${this.look}`
    const knob = line.appendChild(document.createElement("div"))
    knob.className = "cm-person-knob"
    knob.onmouseenter = () => this.view.dispatch({ effects: name.of(this.client) })
    knob.onmouseleave = () => this.view.dispatch({ effects: unname.of(this.client) })
    this.place(line)
    return line
  }

  update(line: HTMLElement, old: LayerMarker): boolean {
    if (!(old instanceof CaretMarker) || old.look !== this.look || old.client !== this.client) return false
    this.place(line)
    return true
  }

  private place(line: HTMLElement): void {
    line.style.left = `${this.rectangle.left}px`
    line.style.top = `${this.rectangle.top}px`
    line.style.height = `${this.rectangle.height}px`
  }
}

const changed = (update: ViewUpdate): boolean =>
  update.docChanged || update.startState.field(shown).carets !== update.state.field(shown).carets

const caretLayer = layer({
  above: true,
  class: "cm-person-carets",
  update: changed,
  markers: (view) => view.state.field(shown).carets.flatMap(({ person, selection }) =>
    selection.flatMap(([, head]) =>
      RectangleMarker.forRange(view, "", EditorSelection.cursor(head)).map((rectangle) =>
        new CaretMarker(rectangle, person.client, personClass(person.color), view)))),
})

const selectionLayer = layer({
  above: false,
  class: "cm-person-selections",
  update: changed,
  markers: (view) => view.state.field(shown).carets.flatMap(({ person, selection }) =>
    selection.filter(([anchor, head]) => anchor !== head).flatMap(([anchor, head]) =>
      RectangleMarker.forRange(view, `cm-person-selection ${personClass(person.color)}`,
        EditorSelection.range(anchor, head)))),
})

/** Takes the names away again. */
const forgetter = ViewPlugin.fromClass(class {
  private readonly timers = new Map<string, ReturnType<typeof setTimeout>>()
  private alive = true

  constructor(private readonly view: EditorView) {}

  update(update: ViewUpdate): void {
    const now = update.state.field(shown)
    const before = update.startState.field(shown)
    if (now.carets === before.carets) return
    // Not what only moved with the text.
    const news = update.transactions.some((transaction) =>
      transaction.effects.some((effect) => effect.is(setCarets)))
    if (!news) return
    for (const client of movers(before.carets, now.carets)) this.remember(client)
  }

  private remember(client: string): void {
    clearTimeout(this.timers.get(client))
    const tell = (effect: StateEffect<string>): void => this.view.dispatch({ effects: effect })
    // Not in the middle of an update.
    queueMicrotask(() => {
      if (this.alive && !this.view.state.field(shown).named.has(client)) tell(name.of(client))
    })
    this.timers.set(client, setTimeout(() => tell(unname.of(client)), nameMs))
  }

  destroy(): void {
    this.alive = false
    for (const timer of this.timers.values()) clearTimeout(timer)
  }
})

const theme = EditorView.baseTheme({
  ".cm-person-carets": { pointerEvents: "none", zIndex: 2 },
  ".cm-person-caret": { width: "2px", marginLeft: "-1px", background: "var(--person)" },
  ".cm-person-knob": {
    position: "absolute", top: "-3px", left: "-3px", width: "8px", height: "8px", borderRadius: "50%",
    background: "var(--person)", pointerEvents: "auto", cursor: "default",
  },
  ".cm-person-selection": {
    background: "color-mix(in srgb, var(--person) 24%, transparent)", borderRadius: "2px",
  },
  ".cm-tooltip.cm-person-name": {
    padding: "1px 6px", border: 0, borderRadius: "4px 4px 4px 0", boxShadow: "none",
    background: "var(--person)", color: "var(--person-ink)", font: "500 var(--size-1) / 1.4 var(--font-ui)",
    maxWidth: "24ch", overflow: "hidden", textOverflow: "ellipsis", whiteSpace: "nowrap",
    pointerEvents: "none",
  },
})

/** For an editor's extensions; `others` are there from the beginning, which is no news. */
export function carets(others: readonly Carets[]): Extension {
  return [
    shown.init(() => ({ carets: others, named: new Set() })), selectionLayer, caretLayer, forgetter, theme,
  ]
}

/** Shows these from now on. */
export function showCarets(view: EditorView, others: readonly Carets[]): void {
  if (others.length === 0 && view.state.field(shown).carets.length === 0) return
  view.dispatch({ effects: setCarets.of(others) })
}

/** Whose cursors a state shows; for tests. */
export function shownIn(state: EditorState): readonly Carets[] {
  return state.field(shown).carets
}
