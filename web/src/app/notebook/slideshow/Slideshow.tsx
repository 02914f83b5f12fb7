import "./slideshow.css"
import { useEffect, useRef, useState, useSyncExternalStore, type JSX, type KeyboardEvent } from "react"
import { isTitle, slideAt, slidesOf, type Slide } from "../../../model/slides"
import { IconButton } from "../../../ui/Button"
import { useRootClass } from "../../../ui/root_class"
import { setTheme, subscribeTheme, theme } from "../../../ui/theme"
import type { CellId } from "../../../wire/ids"
import { t } from "../../../words/words"
import { CodeCell } from "../CodeCell"
import { useCell, useFocus, useNotebook, useSession } from "../context"
import { TextCell } from "../TextCell"

const keyOf = (slides: readonly Slide[]): string => slides.map((slide) => slide.join(" ")).join("|")

/** The notebook cell by cell, over the whole window. Code runs in place. */
export function Slideshow({ from }: { readonly from: CellId | null }): JSX.Element {
  const { session, focus, frame } = useNotebook()
  useSession(session, ({ state }) => state ? keyOf(slidesOf(state)) : "")
  const { state } = session.view
  const slides = state ? slidesOf(state) : []
  // By its cell: others may insert and delete while it is shown.
  const [first, setFirst] = useState<CellId | null>(from)
  const at = state ? slideAt(state, slides, first) : 0
  const slide = slides[at] ?? []
  const stage = useRef<HTMLElement>(null)
  const turn = useFocus((view) => view.mode === "cell" ? view.turn : 0)
  const focused = useFocus((view) => view.cell)
  const go = (to: number): void => {
    const [cell] = slides[Math.min(slides.length - 1, Math.max(0, to))] ?? []
    if (cell !== undefined) setFirst(cell)
  }
  // Who runs a cell and goes on goes to the next slide.
  const begun = useRef(turn)
  useEffect(() => {
    if (turn === begun.current) return
    if (focused !== null && !slide.includes(focused)) setFirst(focused)
    stage.current?.focus()
    // Only when the keyboard is to move.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [turn])
  useRootClass("with-slides")
  useEffect(() => stage.current?.focus(), [])
  useEffect(() => () => {
    if (document.fullscreenElement) void document.exitFullscreen().catch(() => undefined)
  }, [])
  const leave = (): void => {
    frame.showSlides(null)
    const cell = slide[0] ?? focused
    // Once the cells are drawn again.
    if (cell !== null) setTimeout(() => focus.move(cell, "cell"))
  }
  const onKey = (event: KeyboardEvent): void => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return
    if (event.target instanceof Element && event.target.closest(".cm-editor, input, textarea, select, [role=menu]")) return
    const act = keys.get(event.key)
    if (!act) return
    event.preventDefault()
    if (act === "leave") leave()
    else go(act === "first" ? 0 : act === "last" ? slides.length - 1 : at + (act === "next" ? 1 : -1))
  }
  return (
    <section className="n-slides" aria-label={t("slides.title")} onKeyDown={onKey}>
      <main ref={stage} tabIndex={-1} className={`n-slide ${state && isTitle(state, slide) ? "n-slide-title" : ""}`}
        aria-label={t("slides.slide", { at: at + 1, total: slides.length })} aria-live="polite">
        <div className="n-slide-cells">
          {slides.length === 0 ? <p className="n-slide-none">{t("slides.none")}</p>
            : slide.map((id) => <SlideCell key={id} id={id} />)}
        </div>
      </main>
      <footer className="n-slides-bar" role="toolbar" aria-label={t("slides.controls")}>
        <IconButton icon="first" label={t("slides.first")} shortcut="Home" isDisabled={at <= 0} onPress={() => go(0)} />
        <IconButton icon="chevron_left" label={t("slides.previous")} shortcut="←" isDisabled={at <= 0} onPress={() => go(at - 1)} />
        <span className="n-slides-place">{slides.length === 0 ? "0" : `${at + 1} / ${slides.length}`}</span>
        <IconButton icon="chevron_right" label={t("slides.next")} shortcut="→" isDisabled={at >= slides.length - 1} onPress={() => go(at + 1)} />
        <IconButton icon="last" label={t("slides.last")} shortcut="End" isDisabled={at >= slides.length - 1} onPress={() => go(slides.length - 1)} />
        <span className="n-slides-space" />
        <ThemeButton />
        <FullButton />
        <IconButton icon="close" label={t("slides.leave")} shortcut="Esc" onPress={leave} />
      </footer>
    </section>
  )
}

type Act = "next" | "previous" | "first" | "last" | "leave"
const keys: ReadonlyMap<string, Act> = new Map<string, Act>([
  ["ArrowRight", "next"], ["PageDown", "next"], [" ", "next"], ["ArrowLeft", "previous"], ["PageUp", "previous"],
  ["Home", "first"], ["End", "last"], ["Escape", "leave"],
])

function SlideCell({ id }: { readonly id: CellId }): JSX.Element | null {
  const cell = useCell(id)
  if (!cell) return null
  const label = cell.cell_type === "code" ? "slides.code" : "slides.text"
  return (
    <section className={`n-cell n-cell-${cell.cell_type}`} aria-label={t(label)}>
      {cell.cell_type === "code" ? <CodeCell cell={cell} near settled /> : <TextCell cell={cell} near settled />}
    </section>
  )
}

function ThemeButton(): JSX.Element {
  const chosen = useSyncExternalStore(subscribeTheme, theme)
  const dark = chosen === "dark" || (chosen === "system" && matchMedia("(prefers-color-scheme: dark)").matches)
  return <IconButton icon={dark ? "sun" : "moon"} label={t(dark ? "slides.light" : "slides.dark")} onPress={() => setTheme(dark ? "light" : "dark")} />
}

function FullButton(): JSX.Element | null {
  const [full, setFull] = useState(document.fullscreenElement !== null)
  useEffect(() => {
    const look = (): void => setFull(document.fullscreenElement !== null)
    document.addEventListener("fullscreenchange", look)
    return () => document.removeEventListener("fullscreenchange", look)
  }, [])
  if (!document.fullscreenEnabled) return null
  return (
    <IconButton icon="full_screen" label={t(full ? "slides.window" : "slides.full")} onPress={() => {
      void (full ? document.exitFullscreen() : document.documentElement.requestFullscreen()).catch(() => undefined)
    }} />
  )
}
