/** Markdown in an editor. With the languages inside it, it is large: loaded when a text is edited. */
import { markdown, markdownLanguage } from "@codemirror/lang-markdown"
import type { Extension } from "@codemirror/state"

export const markdownMode: Extension = markdown({ base: markdownLanguage })
