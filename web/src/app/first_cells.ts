/**
 * The first cells of a notebook, on the screen before the page's large scripts are there: drawn by the
 * first script as the page will draw them, over the page, which takes them away (unveil.ts) when it has
 * drawn its own. What would stand elsewhere a moment later is left out, with all below it.
 */
import type { FirstSight } from "../sync/early_start"
import { asArray, isObject, member, parseJson, WireError, type Json, type JsonObject } from "../wire/json"
import { mayHaveForm } from "../model/form_mark"
import { colouredCode } from "./first_code"
import { firstCellsId, make, notebookClass } from "./first_elements"
import { simpleMarkdown } from "./first_markdown"
import { drawOutputs } from "./first_outputs"

/** Whatever goes wrong with the page, they do not stay. */
const longestMs = 10_000
/** As comments/state.ts has it: from there on comments stand beside the cells. */
const wide = "(min-width: 1100px)"

const text = (object: JsonObject, key: string): string => {
  const value = member(object, key)
  return typeof value === "string" ? value : ""
}
const list = (object: JsonObject, key: string): readonly Json[] => {
  const value = member(object, key)
  return value === undefined ? [] : asArray(value, key)
}
const inside = (object: JsonObject, ...keys: readonly string[]): JsonObject =>
  keys.reduce((at, key) => {
    const value = member(at, key)
    return isObject(value) ? value : {}
  }, object)

/** A page that is reloaded may be scrolled, one that is opened at a comment will be. */
export function comesFresh(): boolean {
  const [entry] = performance.getEntriesByType("navigation")
  return !document.hidden && location.hash === "" && entry instanceof PerformanceNavigationTiming && entry.type === "navigate"
}

export class FirstCells implements FirstSight {
  wanted = true
  private welcome: JsonObject = {}

  take(frame: string): boolean {
    try {
      const message = parseJson(frame)
      if (!isObject(message)) return false
      const type = text(message, "type")
      if (type === "welcome") this.welcome = message
      // The opening's other messages come before the snapshot, or are not of interest.
      if (type !== "snapshot" && type !== "records") return false
      this.wanted = false
      return type === "snapshot" && this.draw(inside(message, "snapshot"))
    } catch (error) {
      if (!(error instanceof WireError)) throw error
      this.wanted = false
      return false
    }
  }

  private draw(snapshot: JsonObject): boolean {
    const notebook = inside(this.welcome, "notebook")
    const role = text(notebook, "role")
    const saves = (role === "owner" || role === "editor") && member(notebook, "playground") !== true
    const writes = saves || member(notebook, "playground") === true
    const main = drawCells(snapshot, writes)
    if (!main || collapsed(snapshot)) return false
    const columns = make("div", "n-columns", main)
    const open = list(snapshot, "threads").some((thread) => isObject(thread) && member(thread, "resolved") === undefined)
    if (open && matchMedia(wide).matches) columns.append(make("aside", "m-margin"))
    const box = make("div", "a-first n-page", make("div", "n-head", ...drawHead(text(notebook, "title"), !saves)),
      make("div", "n-frame", make("nav", "n-rail"), ...drawPane(), columns))
    box.id = firstCellsId
    box.ariaHidden = "true"
    document.body.prepend(box)
    document.documentElement.classList.add(notebookClass)
    setTimeout(() => box.remove(), longestMs)
    return true
  }
}

/** A section that is collapsed hides cells: which ones is the page's to say. */
function collapsed(snapshot: JsonObject): boolean {
  return list(inside(snapshot, "metadata", "colab"), "collapsed_sections").length > 0
}

/** The pane that was open last, as frame/frame.ts keeps it, and its width. */
function drawPane(): readonly HTMLElement[] {
  try {
    if (localStorage.getItem("colibri.pane") === null) return []
    const pane = make("aside", "n-pane")
    pane.style.width = `${Math.min(640, Math.max(200, Number(localStorage.getItem("colibri.pane_width") ?? 300)))}px`
    return [pane]
  } catch {
    return []
  }
}

/** The name, and the height of what will stand around it. */
function drawHead(title: string, banner: boolean): readonly HTMLElement[] {
  const logo = new Image(34, 34)
  logo.src = "/favicon.svg"
  const line = make("div", "n-name-line", make("h1", "n-title", make("button", "", title)), make("span", "c-icon-button"))
  const menus = make("nav", "n-menus", make("span", "c-button c-button-plain c-button-small a-first-room", "\u00a0"))
  const head = [
    make("header", "n-header", make("span", "n-home", logo), make("div", "n-name", line, menus), make("span", "n-menus-all a-first-room c-icon-button")),
    make("div", "n-tools", make("span", "n-runtime a-first-room")),
  ]
  if (banner) head.push(make("div", "n-place", make("span", "c-button c-button-quiet c-button-small a-first-room", "\u00a0")))
  return head
}

/** As many as are seen, as far as their heights are known; null when that is none. */
function drawCells(snapshot: JsonObject, writes: boolean): HTMLElement | null {
  const language = text(inside(snapshot, "metadata", "language_info"), "name") ||
    text(inside(snapshot, "metadata", "kernelspec"), "language") || "python"
  const between = (): readonly HTMLElement[] => writes ? [make("div", "n-insert")] : []
  const main = make("div", "n-cells", ...between())
  let lines = 0
  for (const cell of list(snapshot, "cells")) {
    if (!isObject(cell) || lines * 20 > innerHeight) break
    const drawn = text(cell, "cell_type") === "code" ? drawCode(cell, language) : drawText(cell)
    if (!drawn) break
    main.append(drawn.element, ...between())
    if (!drawn.complete) break
    lines += text(cell, "source").split("\n").length + 1
  }
  return main.querySelector(".n-cell") ? main : null
}

interface Drawn {
  readonly element: HTMLElement
  /** Whether the next one's place is known. */
  readonly complete: boolean
}

function drawCode(cell: JsonObject, language: string): Drawn | null {
  // A form stands beside the code, or in its place.
  if (mayHaveForm(text(cell, "source")) || text(inside(cell, "metadata"), "cellView") === "form") return null
  const count = member(cell, "execution_count")
  const number = make("span", "n-run-count", `[${typeof count === "number" ? count : " "}]`)
  const source = make("pre", "n-static", colouredCode(text(cell, "source"), language), "\n")
  const body = make("div", "n-body", make("div", "n-code", make("div", "n-source", source)))
  const outputs = list(cell, "outputs")
  const later = member(cell, "outputs_later") === true || member(cell, "input") !== undefined
  const running = member(cell, "run") !== undefined
  const drawn = drawOutputs(outputs)
  if (outputs.length > 0) body.append(make("div", "n-outputs", drawn.element))
  return {
    element: make("section", "n-cell n-cell-code", make("div", "n-gutter", make("span", "n-run", number)), body),
    complete: drawn.complete && !later && !running,
  }
}

function drawText(cell: JsonObject): Drawn | null {
  if (text(cell, "cell_type") !== "markdown") return null
  const drawn = simpleMarkdown(text(cell, "source"))
  if (!drawn?.hasChildNodes()) return null
  return { element: make("section", "n-cell n-cell-markdown", make("div", "n-body n-text", drawn)), complete: true }
}
