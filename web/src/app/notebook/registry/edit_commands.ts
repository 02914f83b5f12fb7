import type { CommandName } from "../commands"
import type { OpenNotebook } from "../context"
import { editing, hasCell, loaded, onCell, writable, type PageCommand } from "./page_command"

/** On the focused cell, or those that are chosen with it. */
const cell = (name: CommandName) => ({ commands }: OpenNotebook): void => commands.execute(name)

/** Begins with what is selected in the cell. What is typed before the pane is there goes into no cell. */
function find({ frame, finding, focus, session }: OpenNotebook): void {
  const { cell, mode } = focus.view
  const text = cell === null || mode !== "edit" ? undefined : session.view.state?.cells.get(cell)?.text
  const selected = text ? text.sliceDoc(text.selection.main.from, text.selection.main.to) : ""
  if (selected !== "" && !selected.includes("\n")) finding.ask({ text: selected, regex: false })
  if (document.activeElement instanceof HTMLElement) document.activeElement.blur()
  frame.showPane("find")
}

export const editCommands = {
  undo: {
    words: ({ undo }) => undo ? `undo.${undo.kind}` : "undo.nothing", icon: "undo", keys: ["Mod+M Z"],
    may: (now) => writable(now) && now.undo !== null, act: cell("undo"),
  },
  redo: {
    words: "redo.cell", icon: "redo", keys: ["Mod+M Shift+Z", "Mod+Shift+Y"],
    may: (now) => writable(now) && now.redo !== null, act: cell("redo"),
  },
  delete: { words: "cell.delete", icon: "trash", keys: ["Mod+M D"], may: onCell, act: cell("delete") },
  split: { words: "cell.split", icon: "cut", keys: ["Mod+M -"], may: editing, act: cell("split") },
  merge: {
    words: ({ focus }) => focus.chosen.size > 1 ? "cell.merge_chosen" : "cell.merge", icon: "merge",
    keys: ["Mod+M /"], may: onCell, act: cell("merge"),
  },
  move_up: { words: "cell.move_up", icon: "move_up", keys: ["Mod+M K"], may: onCell, act: cell("move_up") },
  move_down: { words: "cell.move_down", icon: "move_down", keys: ["Mod+M J"], may: onCell, act: cell("move_down") },
  to_text: { words: "cell.to_text", icon: "text", keys: ["Mod+M M"], may: onCell, act: cell("to_text") },
  to_code: { words: "cell.to_code", icon: "code", keys: ["Mod+M Y"], may: onCell, act: cell("to_code") },
  comment: {
    words: "comment.add", icon: "comment", keys: ["Mod+Alt+M"],
    may: (now) => hasCell(now) && now.view.role !== "viewer", act: cell("comment"),
  },
  find: { words: "menu.find", icon: "search", keys: ["Mod+H"], may: loaded, act: find },
  find_next: {
    words: "menu.find_next", icon: "chevron_down", keys: ["Mod+G"], may: ({ frame }) => frame.pane === "find",
    act: ({ finding }) => finding.step(1),
  },
  find_previous: {
    words: "menu.find_previous", icon: "chevron_up", keys: ["Mod+Shift+G"], may: ({ frame }) => frame.pane === "find",
    act: ({ finding }) => finding.step(-1),
  },
  bin: { words: "bin.open", icon: "restore", act: ({ frame }) => frame.show("bin") },
  notebook_settings: {
    words: "menu.settings", icon: "settings", act: ({ frame }) => frame.show("notebook_settings"),
  },
  clear: {
    words: "menu.clear_outputs", icon: "close", may: writable, act: ({ commands }) => commands.clearOutputs([]),
  },

  edit: { words: "cell.edit", keys: ["Enter"], where: "cell", may: hasCell, unlisted: true, act: cell("edit") },
  leave: { words: "cell.leave", may: hasCell, unlisted: true, act: cell("leave") },
  next: { words: "cell.next", keys: ["Mod+M N", "Mod+M ArrowDown"], may: hasCell, act: cell("next") },
  previous: { words: "cell.previous", keys: ["Mod+M P", "Mod+M ArrowUp"], may: hasCell, act: cell("previous") },
  go_next: { words: "cell.next", keys: ["ArrowDown"], where: "cell", unlisted: true, act: cell("next") },
  go_previous: { words: "cell.previous", keys: ["ArrowUp"], where: "cell", unlisted: true, act: cell("previous") },
  extend_down: {
    words: "cell.extend_down", keys: ["Shift+ArrowDown"], where: "cell", may: hasCell, act: cell("extend_down"),
  },
  extend_up: {
    words: "cell.extend_up", keys: ["Shift+ArrowUp"], where: "cell", may: hasCell, act: cell("extend_up"),
  },
} as const satisfies Readonly<Record<string, PageCommand>>

export const insertCommands = {
  insert_code: {
    words: "tool.add_code", icon: "code", may: writable, act: ({ commands }) => commands.insertBelowFocus("code"),
  },
  insert_text: {
    words: "tool.add_text", icon: "text", may: writable, act: ({ commands }) => commands.insertBelowFocus("markdown"),
  },
  insert_above: { words: "cell.insert_above", icon: "add", keys: ["Mod+M A"], may: onCell, act: cell("insert_above") },
  insert_below: { words: "cell.insert_below", icon: "add", keys: ["Mod+M B"], may: onCell, act: cell("insert_below") },
  insert_section: {
    words: "menu.insert_section", icon: "contents", may: writable, act: ({ commands }) => commands.insertSection(),
  },
  insert_scratch: {
    words: "scratch.new", icon: "code", keys: ["Mod+Alt+N"], may: loaded, act: ({ scratch }) => scratch.open(),
  },
} as const satisfies Readonly<Record<string, PageCommand>>

