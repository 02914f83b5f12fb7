/** Finding within one cell: its keys, and marks on what is like the selection. */
import { highlightSelectionMatches, searchKeymap } from "@codemirror/search"
import type { Extension } from "@codemirror/state"
import { keymap } from "@codemirror/view"

export const searchMode: Extension = [highlightSelectionMatches(), keymap.of(searchKeymap)]
