import { hasLineNumbers, toggleLineNumbers } from "../line_numbers"
import type { OpenNotebook } from "../context"
import { format } from "../language/late_format"
import { toggleNotices, wantsNotices } from "../run_notices"
import { currentTab, tabCount } from "../tabs/tabs"
import { focused, loaded, onCell, writable, type PageCommand } from "./page_command"

/** There are two panes: the next is the one before, too. */
function moveTab({ tabs }: OpenNotebook): void {
  const key = currentTab(tabs.view)
  if (key !== null) tabs.moveOver(key)
}

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
  executed: { words: "menu.executed", icon: "code", may: writable, act: ({ tabs }) => tabs.open({ kind: "executed", ref: "" }, "right") },
  comments: {
    words: "comment.title", icon: "comment", may: loaded,
    act: ({ comments }) => comments.show(!(comments.view.shown ?? false)),
  },
  slideshow: {
    words: "slides.start", icon: "slides", keys: ["Alt+V"], may: loaded,
    act: ({ frame, focus }) => frame.showSlides({ from: focus.view.cell }),
  },
  slideshow_first: {
    words: "slides.start_first", icon: "slides", keys: ["Alt+Shift+V"], may: loaded, act: ({ frame }) => frame.showSlides({ from: null }),
  },
  next_tab: {
    everywhere: true, words: "tabs.next", icon: "chevron_right", keys: ["Mod+Shift+]"], may: ({ tabs }) => tabCount(tabs) > 0,
    act: ({ tabs }) => tabs.step(1),
  },
  previous_tab: {
    everywhere: true, words: "tabs.previous", icon: "chevron_left", keys: ["Mod+Shift+["], may: ({ tabs }) => tabCount(tabs) > 0,
    act: ({ tabs }) => tabs.step(-1),
  },
  move_tab_next: {
    words: "tabs.move_next", icon: "pane_right", may: ({ tabs }) => tabCount(tabs) > 0, act: moveTab,
  },
  move_tab_previous: {
    words: "tabs.move_previous", icon: "pane_bottom", may: ({ tabs }) => tabCount(tabs) > 0, act: moveTab,
  },
  close_tab: {
    everywhere: true, words: "tabs.close", icon: "close", may: ({ tabs }) => tabCount(tabs) > 0,
    act: ({ tabs }) => {
      const key = currentTab(tabs.view)
      if (key !== null) tabs.close(key)
    },
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
    words: "menu.palette", icon: "search", keys: ["Mod+Shift+P", "F1"], everywhere: true, act: ({ frame }) => frame.show("palette"),
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
  notices: {
    words: "notify.menu", icon: "info", isOn: () => wantsNotices(), act: () => void toggleNotices(),
  },
  shortcuts: {
    words: "menu.shortcuts", icon: "keyboard", keys: ["Mod+M H"], act: ({ frame }) => frame.show("shortcuts"),
  },
} as const satisfies Readonly<Record<string, PageCommand>>
