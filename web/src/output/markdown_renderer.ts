/**
 * Keeps an element showing rendered Markdown while its source is typed. Blocks that did not change
 * keep their nodes (pictures do not flicker, formulas are not set again), and the old text stays
 * until the new is ready. The heavy parts are loaded when first needed.
 */
import type * as Highlighter from "./code_highlight"
import type * as Engine from "./markdown_engine"
import type * as Mathematics from "./math_render"
import type { Attachments } from "./safe_url"

/** A longer text is shown as it was written. */
const longest = 300_000
/** Formulas in one text; those behind it stay as they were written. */
const mostFormulas = 1500

let engine: typeof Engine | null = null
let mathematics: typeof Mathematics | null = null
let highlighter: typeof Highlighter | null = null

/** Loads what rendering needs, ahead of the first text. */
export async function preloadMarkdown(): Promise<void> {
  engine ??= await import("./markdown_engine")
}

/** Appends `source`, all drawn, to `element`: for what is not typed any more. */
export async function drawMarkdown(element: HTMLElement, source: string, attachments?: Attachments): Promise<void> {
  if (source.length > longest) {
    element.append(plainBlock(source).node)
    return
  }
  await preloadMarkdown()
  const blocks = engine ? blocksOf(engine.renderMarkdown(source, attachments)) : [plainBlock(source)]
  await load(blocks)
  finish(blocks)
  element.append(...blocks.map(({ node }) => node))
}

interface Block {
  readonly key: string
  readonly node: ChildNode
}

export class MarkdownRenderer {
  readonly #element: HTMLElement
  #blocks: readonly Block[] = []
  #wanted: { source: string; attachments: Attachments | undefined } | null = null
  #frame = 0
  #working = false
  #closed = false

  constructor(element: HTMLElement) {
    this.#element = element
  }

  /** Shows `source`: at once the first time, later at the next frame; only the latest counts. */
  update(source: string, attachments?: Attachments): void {
    this.#wanted = { source, attachments }
    if (this.#blocks.length === 0) this.#work()
    else if (this.#frame === 0) {
      this.#frame = requestAnimationFrame(() => {
        this.#frame = 0
        this.#work()
      })
    }
  }

  /** Nothing is drawn from now on. */
  close(): void {
    this.#closed = true
    cancelAnimationFrame(this.#frame)
  }

  #work(): void {
    if (this.#working || this.#closed || !this.#wanted) return
    const { source, attachments } = this.#wanted
    if (source.length > longest) {
      this.#wanted = null
      this.#swap([plainBlock(source)])
      return
    }
    if (!engine) {
      this.#waitFor(preloadMarkdown())
      return
    }
    const blocks = blocksOf(engine.renderMarkdown(source, attachments))
    const fresh = freshBlocks(this.#blocks, blocks)
    const missing = load(fresh)
    if (missing) {
      this.#waitFor(missing)
      return
    }
    this.#wanted = null
    finish(fresh)
    this.#swap(blocks)
  }

  #waitFor(loading: Promise<unknown>): void {
    this.#working = true
    loading.then(() => {
      this.#working = false
      this.#work()
    }, () => {
      // A new version of the page may have taken the old pieces away. The text itself still shows.
      this.#working = false
      if (this.#closed || !this.#wanted) return
      const { source } = this.#wanted
      this.#wanted = null
      this.#swap([plainBlock(source)])
    })
  }

  #swap(next: readonly Block[]): void {
    const old = this.#blocks
    const same = commonStart(old, next)
    const sameEnd = commonEnd(old, next, same)
    const kept = [
      ...old.slice(0, same), ...next.slice(same, next.length - sameEnd),
      ...(sameEnd > 0 ? old.slice(-sameEnd) : []),
    ]
    for (const { node } of old.slice(same, old.length - sameEnd)) node.remove()
    const behind = kept[kept.length - sameEnd]?.node ?? null
    for (const { node } of kept.slice(same, kept.length - sameEnd)) this.#element.insertBefore(node, behind)
    this.#blocks = kept
  }
}

function commonStart(old: readonly Block[], next: readonly Block[]): number {
  let same = 0
  while (same < old.length && same < next.length && old[same]?.key === next[same]?.key) same += 1
  return same
}

function commonEnd(old: readonly Block[], next: readonly Block[], start: number): number {
  const most = Math.min(old.length, next.length) - start
  let same = 0
  while (same < most && old[old.length - 1 - same]?.key === next[next.length - 1 - same]?.key) same += 1
  return same
}

function freshBlocks(old: readonly Block[], next: readonly Block[]): readonly Block[] {
  const start = commonStart(old, next)
  return next.slice(start, next.length - commonEnd(old, next, start))
}

function blocksOf(fragment: DocumentFragment): readonly Block[] {
  return Array.from(fragment.childNodes)
    .filter((node) => node instanceof Element || node.textContent?.trim() !== "")
    .map((node) => ({ node, key: node instanceof Element ? node.outerHTML : `text:${node.textContent ?? ""}` }))
}

function plainBlock(source: string): Block {
  const node = document.createElement("pre")
  node.className = "o-markdown-plain"
  node.textContent = source
  return { node, key: `plain:${source}` }
}

const formulas = ".math-inline, .math-display"
const code = "pre > code[class]"

function elements(blocks: readonly Block[], selector: string): readonly HTMLElement[] {
  return blocks.flatMap(({ node }) => {
    if (!(node instanceof HTMLElement)) return []
    const within = Array.from(node.querySelectorAll<HTMLElement>(selector))
    return node.matches(selector) ? [node, ...within] : within
  })
}

/** Starts to load what `blocks` need and is not there; null when all is. */
function load(blocks: readonly Block[]): Promise<unknown> | null {
  const loading: Promise<unknown>[] = []
  if (!mathematics && elements(blocks, formulas).length > 0) {
    loading.push(import("./math_render").then((loaded) => { mathematics = loaded }))
  }
  if (!highlighter && elements(blocks, code).length > 0) {
    loading.push(import("./code_highlight").then((loaded) => { highlighter = loaded }))
  }
  return loading.length > 0 ? Promise.all(loading) : null
}

function finish(blocks: readonly Block[]): void {
  for (const element of elements(blocks, formulas).slice(0, mostFormulas)) {
    mathematics?.renderMath(element, element.textContent, element.className === "math-display")
  }
  for (const element of elements(blocks, code)) {
    if (highlighter?.canHighlight(element)) highlighter.highlight(element)
  }
  for (const heading of elements(blocks, "h1, h2, h3, h4, h5, h6")) {
    heading.dataset.heading = headingSlug(heading.textContent)
  }
}

/** What a link to a heading calls it: "Getting started!" is `#getting-started`. */
export function headingSlug(text: string): string {
  return text.trim().toLowerCase().replace(/[^\p{L}\p{N}\s_-]/gu, "").replace(/\s+/g, "-")
}
