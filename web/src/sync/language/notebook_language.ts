/**
 * What a language server knows of the open notebook, asked by cells and places in them. It is started when it is first of use,
 * and told what changed whenever it is asked; without one every answer is null.
 */
import type { Text } from "@codemirror/state"
import { problemsOf, type Problem, type ProblemLevel } from "../../model/problems"
import { pythonCell, type PythonCell } from "../../model/python_scan"
import { isPython, languageOf, type NotebookState } from "../../model/notebook_state"
import { changeBetween, placeAfter, VirtualDocument, type CellPlace, type TextChange } from "../../model/virtual_document"
import type { CellId } from "../../wire/ids"
import { WireError, type Json, type JsonObject } from "../../wire/json"
import {
  parseCompletions, parseDiagnostics, parseDocumentation, parseHover, parseLocations, parseRange, parseSignatures,
  parseWorkspaceEdit, type CompletionItem, type Signatures,
} from "../../wire/language_server"
import { documentUri } from "./document_uri"

/** The server, once it is there. */
export interface Server {
  open(text: string): void
  change(change: TextChange): void
  ask(method: string, params: JsonObject): Promise<Json>
  close(): void
}

export interface Notebook {
  readonly view: { readonly state: NotebookState | null }
}

/** Longer notebooks are left alone: they would cost more than they get. */
const mostUnits = 2_000_000

/** Ends with the page's use of it; `broke` tells that it is of no use any more. */
export type StartServer = (broke: () => void) => Promise<Server>

/** A place in a cell, and what comes there. */
export interface Renaming extends CellPlace {
  readonly text: string
}

/** After so many that broke there is none. */
const mostStarts = 3

export class NotebookLanguage {
  private server: Server | null = null
  private starting: Promise<void> | null = null
  private starts = 0
  private stopped = false
  private told: VirtualDocument | null = null
  private readonly scanned = new WeakMap<Text, PythonCell>()

  constructor(private readonly notebook: Notebook, private readonly startServer: StartServer) {}

  /** Whether answers come from a server that is there. */
  get isReady(): boolean {
    return this.server !== null && this.told !== null
  }

  /** Whether there is one, or may be one soon. */
  get isOffered(): boolean {
    const { state } = this.notebook.view
    return !this.stopped && this.starts <= mostStarts && state !== null && isPython(languageOf(state))
  }

  /** Starts it, if it is of use. */
  async start(): Promise<void> {
    if (!this.isOffered || this.server) return
    this.starting ??= this.begin().finally(() => {
      this.starting = null
    })
    await this.starting
  }

  stop(): void {
    this.stopped = true
    this.drop()
  }

  complete(cell: CellId, offset: number): Promise<readonly CompletionItem[] | null> {
    return this.askAt("textDocument/completion", cell, offset, parseCompletions, { context: { triggerKind: 1 } })
  }

  /** Markdown about a completion; empty for nothing. */
  async explain({ raw }: CompletionItem): Promise<string> {
    return await this.ask("completionItem/resolve", raw, parseDocumentation) ?? ""
  }

  /** Markdown about what stands there. */
  hover(cell: CellId, offset: number): Promise<string | null> {
    return this.askAt("textDocument/hover", cell, offset, parseHover)
  }

  /** Of the call that is written there. */
  signatures(cell: CellId, offset: number): Promise<Signatures | null> {
    return this.askAt("textDocument/signatureHelp", cell, offset, parseSignatures, {
      context: { triggerKind: 1, isRetrigger: false },
    })
  }

  /** Where the name that stands there comes from: a cell, `here`, or nothing that can be shown. */
  definition(cell: CellId, offset: number): Promise<CellPlace | "here" | null> {
    return this.askAt("textDocument/definition", cell, offset, (answer, document) => {
      const places = parseLocations(answer).flatMap(({ uri, range }) => uri === documentUri ? document.placeOf(range) ?? [] : [])
      return places.find((place) => place.cell === cell && place.from <= offset && offset <= place.to) ? "here" : places.at(-1) ?? null
    })
  }

  /** The name that stands there, when it may be given another. */
  renameable(cell: CellId, offset: number): Promise<CellPlace | null> {
    return this.askAt("textDocument/prepareRename", cell, offset, (answer, document) => {
      const range = parseRange(answer)
      return range && document.placeOf(range)
    })
  }

  /** What must change for the name that stands there to be `name`; null when it cannot be, or not all of it is in cells. Others may write meanwhile, though not in the name. */
  rename(cell: CellId, offset: number, name: string): Promise<readonly Renaming[] | null> {
    return this.askAt("textDocument/rename", cell, offset, (answer, document) => {
      const changes: Renaming[] = []
      for (const { uri, edits } of parseWorkspaceEdit(answer)) {
        for (const { range, text } of edits) {
          const place = uri === documentUri ? document.placeOf(range) : null
          const asked = place && document.docOf(place.cell)
          const now = place && this.notebook.view.state?.cells.get(place.cell)?.text.doc
          const moved = asked && now ? placeAfter(asked, now, place) : null
          if (!place || !moved) return null
          changes.push({ cell: place.cell, ...moved, text })
        }
      }
      return changes.length > 0 ? changes : null
    }, { newName: name })
  }

  /** What is wrong, cell by cell; null when nobody knows. `open` says that a bracket or string is never closed. */
  async problems(level: ProblemLevel, open: (sign: string) => string): Promise<ReadonlyMap<CellId, readonly Problem[]> | null> {
    const document = this.follow()
    if (!document) return null
    return this.ask("textDocument/diagnostic", { textDocument: { uri: documentUri } }, (answer) =>
      problemsOf(document, parseDiagnostics(answer), level, document.sources(), open))
  }

  private async begin(): Promise<void> {
    this.starts += 1
    const server = await this.startServer(() => {
      if (this.server === server) this.drop()
    })
    if (this.stopped) {
      server.close()
      return
    }
    this.server = server
    // The first answer is late: nobody should have to wait for it.
    if (this.follow()) void this.ask("textDocument/completion", { textDocument: { uri: documentUri }, position: { line: 0, character: 0 } }, () => null)
  }

  private drop(): void {
    this.server?.close()
    this.server = null
    this.told = null
  }

  /** Brings the server up to what the cells are now; null without one. */
  private follow(): VirtualDocument | null {
    const { state } = this.notebook.view
    const { server } = this
    if (!server || !state) return null
    const cells = state.order.flatMap((id) => {
      const cell = state.cells.get(id)
      return cell?.cell_type === "code" ? [{ id, doc: cell.text.doc }] : []
    })
    if (cells.reduce((sum, { doc }) => sum + doc.length, 0) > mostUnits) return null
    const before = this.told
    const now = VirtualDocument.of(cells, (doc) => this.scan(doc))
    if (before === null) server.open(now.text)
    else {
      const change = changeBetween(before.text, now.text)
      if (change) server.change(change)
    }
    this.told = now
    return now
  }

  private scan(doc: Text): PythonCell {
    const known = this.scanned.get(doc)
    if (known) return known
    const fresh = pythonCell(doc.sliceString(0, doc.length, "\n"))
    this.scanned.set(doc, fresh)
    return fresh
  }

  /** Null: nobody knows. */
  private async askAt<T>(
    method: string, cell: CellId, offset: number, read: (answer: Json, document: VirtualDocument) => T | null, more: JsonObject = {},
  ): Promise<T | null> {
    await this.start()
    const document = this.follow()
    const position = document?.positionOf(cell, offset)
    if (!document || !position || document.isMasked(cell, offset)) return null
    const params = { textDocument: { uri: documentUri }, position: { ...position }, ...more }
    return this.ask(method, params, (answer) => read(answer, document))
  }

  private async ask<T>(method: string, params: JsonObject, read: (answer: Json) => T | null): Promise<T | null> {
    try {
      const answer = await this.server?.ask(method, params)
      return answer === undefined ? null : read(answer)
    } catch (error) {
      // It was too late, refused, or said what it should not: then nothing is known.
      if (error instanceof WireError) console.warn("Colibri: the language server:", error.message)
      return null
    }
  }
}
