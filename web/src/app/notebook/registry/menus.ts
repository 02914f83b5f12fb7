/** The menus of the header: which commands stand in each, in Colab's order. */
import type { WordKey } from "../../../words/words"
import type { CommandId } from "./registry"

/** `-` is a line, a title begins a part; `runtimes` stands for what can be done about other people's. */
export type MenuItemId = CommandId | "-" | "runtimes" | { readonly title: WordKey }

export interface MenuTable {
  readonly id: string
  readonly words: WordKey
  readonly items: readonly MenuItemId[]
}

export const menus: readonly MenuTable[] = [
  {
    id: "file", words: "menu.file", items: [
      "playground", "-", "new", "open", "upload", "all", "-", "rename", "trash", "-", "copy", "copy_gist", "copy_github", "-", "save", "pin",
      "revisions", "-",
      "info", "-", "download", "download_python", "download_markdown", "download_html", "download_pdf", "-", "print",
    ],
  },
  {
    id: "edit", words: "menu.edit", items: [
      "undo", "redo", "-", "select_all", "cut_cells", "copy_cells", "paste_cells", "delete", "-", "split", "merge", "comment", "bin", "-", "find", "find_next", "find_previous", "-",
      "notebook_settings", "-", "clear",
    ],
  },
  { id: "view", words: "menu.view", items: [
      "contents", "executed", "-", "slideshow", "slideshow_first", "-", "comments", "-", "collapse_sections", "expand_sections", "save_sections", "-",
      "toggle_code", "toggle_output", "line_numbers", "variables", "-", "next_tab", "previous_tab", "move_tab_next", "move_tab_previous", "close_tab",
      "-", "header",
    ] },
  {
    id: "insert", words: "menu.insert",
    items: [
      "insert_code", "insert_text", "insert_section", "insert_scratch", "snippets", "-", "insert_above", "insert_below", "-",
      "form_field",
    ],
  },
  {
    id: "runtime", words: "menu.runtime", items: [
      "run_all", "run_before", "run", "run_selection", "run_after", "run_section", "-", "interrupt", "restart",
      "restart_run_all", "clear", "-", "connect", "disconnect", "-", "runtime_type", "local_runtime", "runtimes", "-", "sessions", "resources", "log",
      "terminal", "port", "executed",
    ],
  },
  {
    id: "tools", words: "menu.tools", items: [
      "palette", "-", "format_cell", "format_all", "-", "editor_settings", "settings", "notices", "shortcuts", "-", "diff",
    ],
  },
  { id: "help", words: "menu.help", items: ["faq", "releases", "shortcuts", "palette", "-", "report", "about"] },
]

/** Beside "Run all". */
export const runMenu: readonly MenuItemId[] = [
  "restart", "restart_run_all", "-", "run_before", "run_after", "run_section", "-", "interrupt", "-", "clear",
]
