import { hasLineNumbers, toggleLineNumbers } from "../line_numbers"
import { format } from "../language/late_format"
import { focused, loaded, onCell, writable, type PageCommand } from "./page_command"

export const viewCommands = {
  variables: {
    words: "variables.title", icon: "variables", may: writable, isOn: ({ frame }) => frame.pane === "variables",
    act: ({ frame }) => frame.togglePane("variables"),
  },
  contents: {
    words: "pane.contents", icon: "contents", may: loaded, isOn: ({ frame }) => frame.pane === "contents",
    act: ({ frame }) => frame.togglePane("contents"),
  },
  snippets: {
    words: "menu.snippets", icon: "code", keys: ["Mod+Alt+P"], may: loaded, isOn: ({ frame }) => frame.pane === "snippets",
    act: ({ frame }) => frame.showPane("snippets"),
  },
  executed: { words: "menu.executed", icon: "code", may: writable, act: ({ frame }) => frame.show("executed") },
  comments: {
    words: "comment.title", icon: "comment", may: loaded,
    act: ({ comments }) => comments.show(!(comments.view.shown ?? false)),
  },
  next_tab: {
    words: "mirror.next", icon: "chevron_right", keys: ["Mod+Shift+]"], may: ({ frame }) => frame.mirrors.length > 1,
    act: ({ frame }) => frame.stepMirror(1),
  },
  previous_tab: {
    words: "mirror.previous", keys: ["Mod+Shift+["], may: ({ frame }) => frame.mirrors.length > 1,
    act: ({ frame }) => frame.stepMirror(-1),
  },
  line_numbers: {
    words: "menu.line_numbers", icon: "numbers", keys: ["Mod+M L"], isOn: () => hasLineNumbers(), act: () => toggleLineNumbers(),
  },
  header: {
    words: "menu.header", icon: "menu", isOn: ({ frame }) => frame.header, act: ({ frame }) => frame.toggleHeader(),
  },
} as const satisfies Readonly<Record<string, PageCommand>>

export const helpCommands = {
  faq: { words: "menu.faq", icon: "help", act: ({ frame }) => frame.show("faq") },
  releases: { words: "menu.releases", icon: "text", act: ({ frame }) => frame.show("releases") },
  report: { words: "menu.report", icon: "warning", act: ({ frame }) => frame.show("report") },
  about: { words: "menu.about", icon: "info", act: ({ frame }) => frame.show("about") },
} as const satisfies Readonly<Record<string, PageCommand>>

export const toolCommands = {
  diff: { words: "menu.diff", icon: "merge", act: ({ id }) => void window.open(`/diff?a=${encodeURIComponent(id)}`, "_blank", "noopener") },
  palette: {
    words: "menu.palette", icon: "search", keys: ["Mod+Shift+P", "F1"], act: ({ frame }) => frame.show("palette"),
  },
  editor_settings: { words: "editor.menu", icon: "code", act: ({ frame }) => frame.show("editor") },
  format_cell: {
    words: "format.cell", icon: "code", keys: ["Alt+Shift+F"], may: (now) => onCell(now) && focused(now)?.cell_type === "code",
    act: (page) => {
      if (page.focus.view.cell !== null) void format(page, page.commands.chosenWith(page.focus.view.cell))
    },
  },
  format_all: {
    words: "format.all", icon: "code", may: writable, act: (page) => void format(page, page.session.view.state?.order ?? []),
  },
  settings: { words: "account.settings", icon: "settings", act: ({ account }) => account.current?.onSettings() },
  shortcuts: {
    words: "menu.shortcuts", icon: "keyboard", keys: ["Mod+M H"], act: ({ frame }) => frame.show("shortcuts"),
  },
} as const satisfies Readonly<Record<string, PageCommand>>
