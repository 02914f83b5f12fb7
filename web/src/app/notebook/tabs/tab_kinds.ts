/**
 * What can stand in a tab. A new kind is a line here: what it is called while it has no title of its own, its icon, the pane
 * that it opens in, and where its part of the page comes from when it is first wanted.
 */
import type { ComponentType } from "react"
import type { IconName } from "../../../ui/icons"
import type { WordKey } from "../../../words/words"
import { placeOf } from "../../../wire/runtime_files"
import type { PageTab, Side } from "./tabs"

export interface TabProps {
  readonly tab: PageTab
  readonly isShown: boolean
  readonly onTitle: (title: string) => void
  readonly onClose: () => void
}

export interface TabKind {
  readonly words: WordKey
  readonly icon: IconName
  readonly side: Side
  /** What its name leaves out, for who points at it. */
  readonly hint?: (ref: string) => string
  /** It is there, out of sight, while another tab is seen: what it holds would be lost. */
  readonly stays?: true
  readonly load: () => Promise<ComponentType<TabProps>>
}

const tabKinds = {
  mirror: {
    words: "mirror.cell", icon: "external", side: "right",
    load: async () => (await import("../mirror/MirrorTab")).MirrorTab,
  },
  terminal: {
    words: "menu.terminal", icon: "terminal", side: "bottom", stays: true,
    load: async () => (await import("../terminal/TerminalDock")).TerminalDock,
  },
  scratch: {
    words: "scratch.title", icon: "code", side: "right", stays: true,
    load: async () => (await import("../scratch/ScratchTab")).ScratchTab,
  },
  file: {
    words: "files.title", icon: "text", side: "right", stays: true, hint: (ref) => placeOf(ref).path,
    load: async () => (await import("../files/FileTab")).FileTab,
  },
  help: {
    words: "help.title", icon: "help", side: "right",
    load: async () => (await import("../help/HelpTab")).HelpTab,
  },
  executed: {
    words: "executed.title", icon: "restore", side: "right",
    load: async () => (await import("../executed/ExecutedTab")).ExecutedTab,
  },
} as const satisfies Readonly<Record<string, TabKind>>

export type TabKindId = keyof typeof tabKinds
export const isTabKind = (kind: string): kind is TabKindId => Object.hasOwn(tabKinds, kind)
export const tabKind = (kind: TabKindId): TabKind => tabKinds[kind]
