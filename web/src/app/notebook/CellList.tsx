import { Fragment, useEffect, useMemo, useState, useSyncExternalStore, type JSX } from "react"
import { chunked, type CellChunk } from "../../model/cell_chunks"
import { isTyped, meaningOf, type KeyPress } from "../../model/keymap"
import type { CellId } from "../../wire/ids"
import { t } from "../../words/words"
import { useCellDrop } from "./cell_drag"
import { CellChunkView } from "./CellChunkView"
import { CellView } from "./CellView"
import { useNotebook, useSession } from "./context"
import { InsertBar } from "./InsertBar"
import { nowOf } from "./registry/page_command"
import { currentKeymap } from "./registry/key_settings"
import { commandOf, may, perform } from "./registry/registry"
import { Recovered } from "./Recovered"
import { Typeahead } from "./Typeahead"

const none: readonly CellId[] = []

/** The notebook's cells, with places to insert between them. */
export function CellList(): JSX.Element {
  const { session, sections } = useNotebook()
  const all = useSession(session, (view) => view.state?.order ?? none)
  const { hidden } = useSyncExternalStore(sections.subscribe, sections.view)
  const order = useFirstScreens(useMemo(
    () => hidden.size === 0 ? all : all.filter((id) => !hidden.has(id)), [all, hidden]))
  const chunks = useChunks(all, order)
  const { handlers, mark } = useCellDrop()
  const recovered = useSession(session, (view) => view.recovered)
  const present = new Set(all)
  const orphans = recovered.filter((text) => !present.has(text.cell))
  return (
    <main className="n-cells" aria-label={t("notebook.cells")} {...handlers}>
      <InsertBar after={null} always={order.length === 0} />
      {order.length === 0 && <p className="n-empty">{t("notebook.empty")}</p>}
      {chunks.map(({ key, cells, start }) => (
        <CellChunkView key={key} cells={cells} isFirst={start === 0}>
          {cells.map((id, index) => (
            <Fragment key={id}>
              <CellView id={id} index={start + index} isLast={start + index === order.length - 1} />
              {recovered.filter((text) => text.cell === id).map((text) =>
                <Recovered key={text.id} text={text} />)}
            </Fragment>
          ))}
        </CellChunkView>
      ))}
      {mark}
      <Typeahead order={order} />
      {orphans.map((text) => <Recovered key={text.id} text={text} />)}
    </main>
  )
}

interface ShownChunk extends CellChunk {
  /** The place of its first cell among those that are shown. */
  readonly start: number
}

/** What is shown of each piece of the notebook. */
function useChunks(all: readonly CellId[], shown: readonly CellId[]): readonly ShownChunk[] {
  const [made, setMade] = useState<{ of: readonly CellId[]; chunks: readonly CellChunk[] }>({ of: none, chunks: [] })
  // Known from the order before, which is no longer there when a memo is made again.
  const now = made.of === all ? made : { of: all, chunks: chunked(made.chunks, all) }
  if (now !== made) setMade(now)
  return useMemo(() => {
    const isShown = new Set(shown)
    const parts: ShownChunk[] = []
    let start = 0
    for (const { key, cells } of now.chunks) {
      const here = cells.filter((id) => isShown.has(id))
      if (here.length > 0) parts.push({ key, cells: here, start })
      start += here.length
    }
    return parts
  }, [now.chunks, shown])
}

/** What surely fills a screen is drawn at once; the rest of a long notebook right after that was seen. */
const firstCells = 24

function useFirstScreens(order: readonly CellId[]): readonly CellId[] {
  const [all, setAll] = useState(false)
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined
    const frame = requestAnimationFrame(() => {
      timer = setTimeout(() => setAll(true))
    })
    return () => {
      cancelAnimationFrame(frame)
      clearTimeout(timer)
    }
  }, [])
  return useMemo(() => all ? order : order.slice(0, firstCells), [all, order])
}

/** A pause of this length ends what somebody was typing. */
const pauseMs = 1_500

/**
 * Who types where they may only look wants a playground; but not who was made a viewer in the middle
 * of a word.
 */
class LookersTyping {
  private lastMs = -Infinity

  /** Whether a key that was typed is the first of what they want to change. */
  isNew(now: number, looksOn: boolean): boolean {
    const isNew = looksOn && now - this.lastMs > pauseMs
    this.lastMs = now
    return isNew
  }
}

/** Takes the notebook's keys before anything in the page does; for the element around it all. */
export function useNotebookKeys(): (event: KeyboardEvent) => void {
  const page = useNotebook()
  const { commands } = page
  const [chord] = useState({ pending: "" })
  const [typing] = useState(() => new LookersTyping())
  return (event) => {
    if (event.isComposing) return
    const { target } = event
    // What is typed about a cell, in a file or in a terminal is no command for it.
    const elsewhere = target instanceof Element && target.closest(".m-margin, .f-editor, .t-screen") !== null
    const inCell = target instanceof Element && target.matches("[data-cell]")
    const press = pressOf(event)
    const meaning = meaningOf(currentKeymap(), press, elsewhere ? "" : chord.pending, inCell)
    if (elsewhere && (meaning?.kind !== "command" || !commandOf(meaning.id).everywhere)) return
    if (meaning === null) {
      const at = target instanceof Element && !target.matches("input, textarea") ? target.closest("[data-cell]") : null
      if (at && isTyped(press) && typing.isNew(event.timeStamp, commands.looksOn)) commands.execute("edit")
      return
    }
    // What cannot be done now is not taken from the browser or the editor, but for the rest of two strokes.
    if (meaning.kind === "command" && chord.pending === "" && !may(meaning.id, nowOf(page))) return
    event.preventDefault()
    event.stopPropagation()
    chord.pending = meaning.kind === "pending" ? meaning.stroke : ""
    if (meaning.kind === "command") perform(meaning.id, page)
  }
}

const pressOf = ({ key, code, ctrlKey, metaKey, shiftKey, altKey }: KeyboardEvent): KeyPress =>
  ({ key, code, ctrlKey, metaKey, shiftKey, altKey })
