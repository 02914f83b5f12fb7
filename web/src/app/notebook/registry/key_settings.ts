/** Which keys mean what for this person: a map to begin with, and what they changed in it; kept with their other settings. */
import { keymapOf, keysLabel, type Binding, type Keymap } from "../../../model/keymap"
import { ownSetting, putSetting, subscribeSettings } from "../../own_settings"
import { remembered } from "../../remembered"
import { commandIds, commandOf, defaultBindings, isCommand, type CommandId } from "./registry"

export const keymapNames = ["default", "jupyter", "vim"] as const
export type KeymapName = (typeof keymapNames)[number]

export interface KeySettings {
  readonly map: KeymapName
  /** The keys of commands that are not as they come; none: the command has no key. */
  readonly own: ReadonlyMap<CommandId, readonly string[]>
}

const oldKey = "colibri.keys"

/** Jupyter's single letters, while a cell as a whole has the keyboard. */
const jupyter: Readonly<Partial<Record<CommandId, readonly string[]>>> = {
  insert_above: ["A"], insert_below: ["B"], delete: ["D D"], to_text: ["M"], to_code: ["Y"],
  go_previous: ["K"], go_next: ["J"], extend_up: ["Shift+K"], extend_down: ["Shift+J"],
  undo: ["Z"], redo: ["Shift+Z"], merge: ["Shift+M"], interrupt: ["I I"], restart: ["0 0"],
  cut_cells: ["X"], copy_cells: ["C"], paste_cells: ["V"], save: ["S"], find: ["F"], palette: ["P"], shortcuts: ["H"],
}

const isName = (name: unknown): name is KeymapName => keymapNames.some((known) => known === name)

function parse(stored: string | null): KeySettings {
  const own = new Map<CommandId, readonly string[]>()
  let map: KeymapName = "default"
  try {
    const value: unknown = JSON.parse(stored ?? "{}")
    if (typeof value !== "object" || value === null) return { map, own }
    if ("map" in value && isName(value.map)) map = value.map
    if ("own" in value && typeof value.own === "object" && value.own !== null) {
      for (const [id, keys] of Object.entries(value.own)) {
        if (isCommand(id) && Array.isArray(keys)) own.set(id, keys.filter((key) => typeof key === "string").slice(0, 4))
      }
    }
  } catch {
    // What somebody else put there is as good as nothing.
  }
  return { map, own }
}

function bindingsOf({ map, own }: KeySettings): readonly Binding<CommandId>[] {
  const given = defaultBindings().map((binding) => {
    const keys = own.get(binding.id)
    return keys ? { ...binding, keys } : binding
  })
  if (map === "default") return given
  const more = commandIds.flatMap((id) => {
    const keys = jupyter[id]
    return keys && !own.has(id) ? [{ id, keys, where: "cell" as const }] : []
  })
  return [...more, ...given.filter(({ id }) => !own.has(id)), ...given.filter(({ id }) => own.has(id))]
}

/** Until the first change they stood where only this browser had them. */
const stored = (): string | null => ownSetting("keys") === undefined ? remembered(oldKey) : JSON.stringify(ownSetting("keys"))
let text = stored()
let settings = parse(text)
let keymap: Keymap<CommandId> | null = null
const listeners = new Set<() => void>()

export const keySettings = (): KeySettings => settings
export const currentKeymap = (): Keymap<CommandId> => keymap ??= keymapOf(bindingsOf(settings))

export function subscribeKeys(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

export function setKeys(next: KeySettings): void {
  putSetting("keys", { map: next.map, own: Object.fromEntries(next.own) })
}

subscribeSettings(() => {
  const now = stored()
  if (now === text) return
  text = now
  settings = parse(now)
  keymap = null
  for (const listener of [...listeners]) listener()
})

/** All keys of a command, the one to show first. */
export function keysOf(id: CommandId): readonly string[] {
  const bindings = bindingsOf(settings)
  return [...new Set([...bindings].reverse().filter((binding) => binding.id === id).flatMap(({ keys }) => keys))]
}

export const onMac = (): boolean => /Macintosh|iPhone|iPad/.test(navigator.userAgent)

/** The keys of a command as a person reads them; empty for none. */
export function shortcutOf(id: CommandId): string {
  const keys = keysOf(id)[0] ?? commandOf(id).shown
  return keys === undefined ? "" : keysLabel(keys, onMac())
}
