import { loaded, writable, type PageCommand } from "./page_command"

export const viewCommands = {
  contents: {
    words: "pane.contents", icon: "contents", may: loaded, isOn: ({ frame }) => frame.pane === "contents",
    act: ({ frame }) => frame.togglePane("contents"),
  },
  executed: { words: "menu.executed", icon: "code", may: writable, act: ({ frame }) => frame.show("executed") },
  comments: {
    words: "comment.title", icon: "comment", may: loaded,
    act: ({ comments }) => comments.show(!(comments.view.shown ?? false)),
  },
  header: {
    words: "menu.header", icon: "menu", isOn: ({ frame }) => frame.header, act: ({ frame }) => frame.toggleHeader(),
  },
} as const satisfies Readonly<Record<string, PageCommand>>

export const toolCommands = {
  palette: {
    words: "menu.palette", icon: "search", keys: ["Mod+Shift+P", "F1"], act: ({ frame }) => frame.show("palette"),
  },
  settings: { words: "account.settings", icon: "settings", act: ({ account }) => account.current?.onSettings() },
  shortcuts: {
    words: "menu.shortcuts", icon: "keyboard", keys: ["Mod+M H"], act: ({ frame }) => frame.show("shortcuts"),
  },
} as const satisfies Readonly<Record<string, PageCommand>>
