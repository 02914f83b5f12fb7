import type { CommandName } from "../commands"
import type { OpenNotebook } from "../context"
import { sideOf } from "../tabs/tabs"
import {
  hasCell, hasKernel, hasRuntime, loaded, online, ownRuntime, working, writable, type PageCommand,
} from "./page_command"

const cell = (name: CommandName) => ({ commands }: OpenNotebook): void => commands.execute(name)

export const runtimeCommands = {
  run_all: { words: "menu.run_all", icon: "run_all", keys: ["Mod+F9"], may: loaded, act: cell("run_all") },
  run_before: {
    words: "menu.run_before", icon: "run_all", keys: ["Mod+F8"], may: hasCell, act: cell("run_before"),
  },
  run: { words: "menu.run_focused", icon: "play", keys: ["Mod+Enter"], where: "cell", may: hasCell, act: cell("run") },
  run_selection: {
    words: "menu.run_selection", icon: "play", keys: ["Mod+Shift+Enter"], may: hasCell, act: cell("run_selection"),
  },
  run_after: {
    words: "menu.run_after", icon: "run_all", keys: ["Mod+F10"], may: hasCell, act: cell("run_after"),
  },
  run_section: { words: "menu.run_section", icon: "run_all", may: hasCell, act: cell("run_section") },
  run_and_next: {
    words: "menu.run_and_next", icon: "play", keys: ["Shift+Enter"], where: "cell", may: hasCell, act: cell("run_and_next"),
  },
  run_and_insert: {
    words: "menu.run_and_insert", icon: "play", keys: ["Alt+Enter"], where: "cell", may: hasCell,
    act: cell("run_and_insert"),
  },
  interrupt: { words: "menu.interrupt", icon: "stop", keys: ["Mod+M I"], may: working, act: cell("interrupt") },
  restart: {
    words: "menu.restart", icon: "refresh", keys: ["Mod+M ."], may: hasKernel, act: cell("restart"),
  },
  restart_run_all: {
    words: "menu.restart_run_all", icon: "refresh", may: hasKernel, act: ({ frame }) => frame.show("restart_run_all"),
  },
  connect: {
    words: "menu.connect", icon: "connect", may: (now) => online(now) && !hasRuntime(now),
    act: ({ commands }) => commands.connect(),
  },
  disconnect: {
    words: "menu.disconnect", icon: "trash", danger: true, may: (now) => hasRuntime(now) && ownRuntime(now),
    act: ({ frame }) => frame.show("disconnect"),
  },
  runtime_type: {
    words: "runtime_type.menu", icon: "cpu", may: online, act: ({ frame }) => frame.show("runtime_type"),
  },
  local_runtime: {
    words: "local.menu", icon: "monitor", may: (now) => online(now) && writable(now),
    act: ({ frame }) => frame.show("local_runtime"),
  },
  sessions: { words: "menu.sessions", icon: "cpu", act: ({ account }) => account.current?.onSessions() },
  resources: {
    words: "menu.resources", icon: "chart", may: writable, isOn: ({ windows }) => windows.has("resources"),
    act: ({ windows }) => windows.toggle("resources"),
  },
  terminal: {
    words: "menu.terminal", icon: "terminal", may: writable, isOn: ({ tabs }) => sideOf(tabs, "terminal:") !== null,
    act: ({ tabs }) => {
      if (tabs.has("terminal")) tabs.close("terminal:")
      else tabs.open({ kind: "terminal", ref: "" }, "bottom")
    },
  },
  port: {
    words: "menu.port", icon: "external", may: (now) => hasRuntime(now) && writable(now), act: ({ frame }) => frame.show("port"),
  },
  log: {
    words: "menu.logs", icon: "text", may: (now) => hasRuntime(now) && ownRuntime(now),
    act: ({ windows }) => windows.show("log"),
  },
} as const satisfies Readonly<Record<string, PageCommand>>
