/** What the editor of one cell may ask about its text as code; null for what nobody knows. */
import type { Text as Doc } from "@codemirror/state"
import type { Explanation } from "../model/code_explanation"
import type { Problem } from "../model/problems"
import type { CompletionItem, Signatures } from "../wire/language_server"

export interface Language {
  /** Whether there is a server to ask, or will be. */
  readonly isOffered: () => boolean
  /** Whether it answers at once. */
  readonly isReady: () => boolean
  /** Somebody begins to write here; done when answers come, or never will. */
  readonly begin: () => Promise<void>
  readonly complete: (offset: number) => Promise<readonly CompletionItem[] | null>
  /** Markdown about a completion; empty for nothing. */
  readonly explainCompletion: (item: CompletionItem) => Promise<string>
  /** What stands there, by the living kernel or the server. */
  readonly explain: (offset: number, doc: Doc) => Promise<Explanation | null>
  readonly signatures: (offset: number, doc: Doc) => Promise<Signatures | null>
  /** Moves the person to where the name comes from; of one that is in no cell its documentation is shown. */
  readonly goToDefinition: (offset: number, name: string) => Promise<void>
  /** The name that stands there, where it may be given another; null where it may not. */
  readonly renameable: (offset: number) => Promise<{ readonly from: number; readonly to: number } | null>
  readonly rename: (offset: number, name: string) => Promise<void>
  readonly openHelp: (name: string, explanation: Explanation) => void
  /** What is wrong in this cell, as far as the person wants to know. */
  readonly problems: () => readonly Problem[]
  readonly onProblems: (listener: () => void) => () => void
  /** Markdown as what may stand in the page. */
  readonly render: (markdown: string) => Promise<Node>
}

/** For texts that no server reads. */
export const noLanguage: Language = {
  isOffered: () => false,
  isReady: () => false,
  begin: () => Promise.resolve(),
  complete: () => Promise.resolve(null),
  explainCompletion: () => Promise.resolve(""),
  explain: () => Promise.resolve(null),
  signatures: () => Promise.resolve(null),
  goToDefinition: () => Promise.resolve(),
  renameable: () => Promise.resolve(null),
  rename: () => Promise.resolve(),
  openHelp: () => undefined,
  problems: () => [],
  onProblems: () => () => undefined,
  render: (markdown) => Promise.resolve(new Text(markdown)),
}
