/** What the editor of one cell may ask about the language of its text; null for what nobody knows. */
import type { CompletionItem, Signatures } from "../wire/language_server"

export interface Language {
  /** Whether there is somebody to ask, or will be. */
  readonly isOffered: () => boolean
  /** Whether answers come at once. */
  readonly isReady: () => boolean
  /** Somebody begins to write here; done when answers come, or never will. */
  readonly begin: () => Promise<void>
  readonly complete: (offset: number) => Promise<readonly CompletionItem[] | null>
  /** Markdown about a completion; empty for nothing. */
  readonly explain: (item: CompletionItem) => Promise<string>
  readonly hover: (offset: number) => Promise<string | null>
  readonly signatures: (offset: number) => Promise<Signatures | null>
  /** Markdown as what may stand in the page. */
  readonly render: (markdown: string) => Promise<Node>
}

/** For texts that no server reads. */
export const noLanguage: Language = {
  isOffered: () => false,
  isReady: () => false,
  begin: () => Promise.resolve(),
  complete: () => Promise.resolve(null),
  explain: () => Promise.resolve(""),
  hover: () => Promise.resolve(null),
  signatures: () => Promise.resolve(null),
  render: (markdown) => Promise.resolve(new Text(markdown)),
}
