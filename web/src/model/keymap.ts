/**
 * What keys mean: bindings of commands to strokes, as "Mod+Shift+P", or "Mod+M D" for two one after the other. "Mod" is
 * Ctrl, and Command on a Mac. Pure; knows nothing of the commands but their names.
 */

export interface KeyPress {
  readonly key: string
  /** The place on the keyboard, where it is known. */
  readonly code?: string
  readonly ctrlKey: boolean
  readonly metaKey: boolean
  readonly shiftKey: boolean
  readonly altKey: boolean
}

export interface Binding<Id extends string> {
  readonly id: Id
  readonly keys: readonly string[]
  /** `cell`: only while a cell as a whole has the keyboard. */
  readonly where: "anywhere" | "cell"
}

export interface Keymap<Id extends string> {
  readonly anywhere: ReadonlyMap<string, Id | typeof first>
  readonly cell: ReadonlyMap<string, Id | typeof first>
}

/** Stands for the first stroke of two. */
const first = Symbol("first of two strokes")

export type Meaning<Id extends string> =
  | { readonly kind: "command"; readonly id: Id }
  /** The first of two strokes was made. */
  | { readonly kind: "pending"; readonly stroke: string }
  /** The second was, and means nothing. */
  | { readonly kind: "ended" }

const modifiers: ReadonlySet<string> = new Set(["Control", "Meta", "Shift", "Alt", "AltGraph"])
export const isModifier = (key: string): boolean => modifiers.has(key)

const unshifted: Readonly<Record<string, string>> = { "{": "[", "}": "]" }

function keyName(press: KeyPress): string {
  const { key, code = "" } = press
  // A Mac's Option makes another letter of it; elsewhere that letter is AltGr's, and text.
  if (press.altKey && (press.metaKey || !press.ctrlKey) && /^Key[A-Z]$/.test(code)) return code.slice(3)
  if (press.altKey && press.metaKey && key === "µ") return "M"
  if (key === " ") return "Space"
  const mod = press.ctrlKey || press.metaKey
  return mod && press.shiftKey ? unshifted[key] ?? named(key) : named(key)
}

const named = (key: string): string => key.length === 1 ? key.toUpperCase() : key

/** Shift tells "z" from "Z"; of a sign it is part already. */
const tellsShift = (key: string): boolean => key.length > 1 || /^[A-Z[\]]$/.test(key)

/** The stroke as bindings name it; empty for a modifier alone. */
export function strokeOf(press: KeyPress): string {
  if (isModifier(press.key)) return ""
  const key = keyName(press)
  return [
    ...(press.ctrlKey || press.metaKey ? ["Mod"] : []),
    ...(press.altKey ? ["Alt"] : []),
    ...(press.shiftKey && tellsShift(key) ? ["Shift"] : []),
    key,
  ].join("+")
}

/** The second stroke, for which it does not matter whether Ctrl is still held. */
function secondStrokes(press: KeyPress): readonly string[] {
  const key = strokeOf({ ...press, ctrlKey: false, metaKey: false, altKey: false })
  return key.startsWith("Shift+") ? [key, key.slice(6)] : [key]
}

/** Of two bindings of the same keys the later one holds. */
export function keymapOf<Id extends string>(bindings: readonly Binding<Id>[]): Keymap<Id> {
  const anywhere = new Map<string, Id | typeof first>()
  const cell = new Map<string, Id | typeof first>()
  for (const { id, keys, where } of bindings) {
    const map = where === "cell" ? cell : anywhere
    for (const each of keys) {
      const [one, two] = each.split(" ")
      if (one !== undefined && two !== undefined) map.set(one, first)
      map.set(each, id)
    }
  }
  return { anywhere, cell }
}

/** `pending` is the first stroke of two, when it was made; null: the key is not the notebook's. */
export function meaningOf<Id extends string>(
  map: Keymap<Id>, press: KeyPress, pending: string, inCell: boolean,
): Meaning<Id> | null {
  const stroke = strokeOf(press)
  if (stroke === "") return null
  const lookUp = (keys: string): Id | typeof first | undefined =>
    (inCell ? map.cell.get(keys) : undefined) ?? map.anywhere.get(keys)
  if (pending !== "") {
    for (const second of secondStrokes(press)) {
      const found = lookUp(`${pending} ${second}`)
      if (found !== undefined && found !== first) return { kind: "command", id: found }
    }
    return { kind: "ended" }
  }
  const found = lookUp(stroke)
  if (found === undefined) return null
  return found === first ? { kind: "pending", stroke } : { kind: "command", id: found }
}

/** Whether a key is a character of text. */
export const isTyped = (press: KeyPress): boolean =>
  /^[^\p{C}\s]$/u.test(press.key) && !press.ctrlKey && !press.metaKey && !press.altKey

const macSigns: Readonly<Record<string, string>> = { Mod: "⌘", Shift: "⇧", Alt: "⌥" }
const otherSigns: Readonly<Record<string, string>> = { Mod: "Ctrl" }
const arrows: Readonly<Record<string, string>> = {
  ArrowUp: "↑", ArrowDown: "↓", ArrowLeft: "←", ArrowRight: "→", Escape: "Esc",
}

/** Keys as a person reads them: "Ctrl+M D", "⌘M D". */
export function keysLabel(keys: string, mac: boolean): string {
  return keys.split(" ").map((stroke) => {
    // A "+" at the end is the key itself.
    const parts = stroke.endsWith("++") ? [...stroke.slice(0, -2).split("+"), "+"] : stroke.split("+")
    const shown = parts.map((part) => (mac ? macSigns : otherSigns)[part] ?? arrows[part] ?? part)
    return mac ? shown.join("") : shown.join("+")
  }).join(" ")
}
