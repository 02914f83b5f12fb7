/** What is told about a name in code. */
export interface Explanation {
  /** How it is declared, as Python; empty for unknown. */
  readonly code: string
  /** About it, as Markdown; empty for nothing. */
  readonly markdown: string
  /** About it, as plain text; empty for nothing. */
  readonly text: string
}
