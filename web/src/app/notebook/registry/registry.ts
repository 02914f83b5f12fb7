/** All commands of the page by their ids. A new one is a line in one of the tables, and in menus.ts where it has a place. */
import { t } from "../../../words/words"
import type { Binding } from "../../../model/keymap"
import type { OpenNotebook } from "../context"
import { cellCommands } from "./cell_commands"
import { editCommands, insertCommands } from "./edit_commands"
import { fileCommands } from "./file_commands"
import { nowOf, type Now, type PageCommand } from "./page_command"
import { runtimeCommands } from "./runtime_commands"
import { helpCommands, toolCommands, viewCommands } from "./view_commands"

const registry = {
  ...fileCommands, ...editCommands, ...cellCommands, ...viewCommands, ...insertCommands, ...runtimeCommands, ...toolCommands, ...helpCommands,
} as const

export type CommandId = keyof typeof registry

export const isCommand = (id: string): id is CommandId => Object.hasOwn(registry, id)
export const commandIds: readonly CommandId[] = Object.keys(registry).filter(isCommand)
export const commandOf = (id: CommandId): PageCommand => registry[id]

export const may = (id: CommandId, now: Now): boolean => commandOf(id).may?.(now) ?? true

export function wordsOf(id: CommandId, now: Now): string {
  const { words } = commandOf(id)
  return t(typeof words === "function" ? words(now) : words)
}

/** Does it, unless it cannot be done now; then a key that means it does nothing. */
export function perform(id: CommandId, page: OpenNotebook): void {
  if (may(id, nowOf(page))) commandOf(id).act(page)
}

/** The keys as they come. */
export function defaultBindings(): readonly Binding<CommandId>[] {
  return commandIds.map((id) => {
    const { keys = [], where = "anywhere" } = commandOf(id)
    return { id, keys, where }
  })
}
