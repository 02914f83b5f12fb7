/** The notebook's keys: Colab's, with its Ctrl+M chords. */
import type { CommandName } from "./commands"

export interface KeyPress {
  readonly key: string
  readonly ctrlKey: boolean
  readonly metaKey: boolean
  readonly shiftKey: boolean
  readonly altKey: boolean
}

const chords: ReadonlyMap<string, CommandName> = new Map<string, CommandName>([
  ["a", "insert_above"], ["b", "insert_below"], ["d", "delete"], ["m", "to_text"], ["y", "to_code"],
  ["k", "move_up"], ["j", "move_down"], ["i", "interrupt"], [".", "restart"], ["n", "next"],
  ["p", "previous"], ["-", "split"], ["/", "merge"], ["z", "undo"], ["s", "pin"],
])

const cellKeys: ReadonlyMap<string, CommandName> = new Map<string, CommandName>([
  ["Enter", "edit"], ["ArrowUp", "previous"], ["ArrowDown", "next"],
])

const shiftedCellKeys: ReadonlyMap<string, CommandName> = new Map<string, CommandName>([
  ["ArrowUp", "extend_up"], ["ArrowDown", "extend_down"],
])

export type KeyMeaning = CommandName | "chord" | "chord_ended" | null

const isModifier = (key: string): boolean => ["Control", "Meta", "Shift", "Alt"].includes(key)

/** The second key of a chord; what is no chord ends it and does nothing. */
function chordMeaning(press: KeyPress): KeyMeaning {
  if (isModifier(press.key)) return null
  const key = press.key.toLowerCase()
  if (key === "z" && press.shiftKey) return "redo"
  return chords.get(key) ?? "chord_ended"
}

/**
 * What a key means. `inChord` after Ctrl+M; `inCell` when a cell as a whole has the keyboard. Keys
 * inside an editor that the notebook need not take are null here and the editor's.
 */
export function meaningOf(press: KeyPress, inChord: boolean, inCell: boolean): KeyMeaning {
  if (inChord) return chordMeaning(press)
  const mod = press.ctrlKey || press.metaKey
  if (mod && press.altKey && !press.shiftKey) {
    // A Mac's Option makes another letter of it; elsewhere that letter is AltGr's, and text.
    if (press.key.toLowerCase() === "m" || (press.metaKey && press.key === "µ")) return "comment"
  }
  if (mod && !press.shiftKey && !press.altKey) {
    if (press.key.toLowerCase() === "m") return "chord"
    if (press.key.toLowerCase() === "s") return "save"
    if (press.key === "F9") return "run_all"
  }
  if (!inCell) return null
  if (press.key === "Enter") {
    if (mod) return "run"
    if (press.shiftKey) return "run_and_next"
    if (press.altKey) return "run_and_insert"
  }
  if (mod || press.altKey) return null
  return (press.shiftKey ? shiftedCellKeys : cellKeys).get(press.key) ?? null
}

/** Whether a key is a character of text. */
export const isTyped = (press: KeyPress): boolean =>
  /^[^\p{C}\s]$/u.test(press.key) && !press.ctrlKey && !press.metaKey && !press.altKey

const onMac = (): boolean => /Macintosh|iPhone|iPad/.test(navigator.userAgent)

/** The keys of a command as a person reads them; empty for none. */
export function shortcutOf(command: CommandName): string {
  const ctrl = onMac() ? "⌘" : "Ctrl+"
  switch (command) {
    case "run": return `${ctrl}Enter`
    case "run_and_next": return "Shift+Enter"
    case "run_and_insert": return "Alt+Enter"
    case "run_all": return `${ctrl}F9`
    case "edit": return "Enter"
    case "comment": return onMac() ? "⌘⌥M" : "Ctrl+Alt+M"
    case "extend_up": return "Shift+↑"
    case "extend_down": return "Shift+↓"
    case "redo": return `${ctrl}M Shift+Z`
    default: {
      const chord = [...chords].find(([, name]) => name === command)?.[0]
      return chord === undefined ? "" : `${ctrl}M ${chord.toUpperCase()}`
    }
  }
}
