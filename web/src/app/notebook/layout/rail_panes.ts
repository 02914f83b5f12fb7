/**
 * The panes of the rail at the left, in their order. A new one is a line here: its words, its icon, and where its part of
 * the page comes from when it is first wanted.
 */
import type { ComponentType } from "react"
import type { Api } from "../../../sync/http"
import type { IconName } from "../../../ui/icons"
import type { WordKey } from "../../../words/words"

export interface PaneProps {
  readonly api: Api
  readonly onClose: () => void
}

interface RailPane {
  readonly words: WordKey
  readonly icon: IconName
  readonly load: () => Promise<ComponentType<PaneProps>>
}

export const railPanes = {
  contents: {
    words: "pane.contents", icon: "contents",
    load: async () => (await import("../panes/ContentsPane")).ContentsPane,
  },
  find: {
    words: "pane.find", icon: "search",
    load: async () => (await import("../panes/FindPane")).FindPane,
  },
  files: {
    words: "files.title", icon: "folder",
    load: async () => (await import("../files/FilesPane")).FilesPane,
  },
  snippets: {
    words: "menu.snippets", icon: "code",
    load: async () => (await import("../snippets/SnippetsPane")).SnippetsPane,
  },
  variables: {
    words: "variables.title", icon: "variables",
    load: async () => (await import("../variables/VariablesPane")).VariablesPane,
  },
  secrets: {
    words: "secrets.title", icon: "key",
    load: async () => (await import("../secrets/SecretsPane")).SecretsPane,
  },
} as const satisfies Readonly<Record<string, RailPane>>

export type PaneId = keyof typeof railPanes
export const isPane = (id: string): id is PaneId => Object.hasOwn(railPanes, id)
export const paneIds: readonly PaneId[] = Object.keys(railPanes).filter(isPane)
export const railPane = (id: PaneId): RailPane => railPanes[id]
