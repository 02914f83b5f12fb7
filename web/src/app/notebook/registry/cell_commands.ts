import { sourceOf } from "../../../model/cell_text"
import { cellView } from "../../../model/form_marks"
import { isReadOnly } from "../../../model/notebook_state"
import { toggleCode } from "../cell_view"
import { outputsHidden, withOutputsHidden } from "../../../model/output_text"
import { copyLink } from "../cell_link"
import type { OpenNotebook } from "../context"
import { focused, hasCell, loaded, onCell, writable, type PageCommand } from "./page_command"

function toggleReadOnly({ session, focus }: OpenNotebook): void {
  const { cell: id } = focus.view
  const cell = id === null ? undefined : session.view.state?.cells.get(id)
  if (!cell) return
  const rest = Object.entries(cell.metadata).filter(([name]) => name !== "editable")
  const metadata = Object.fromEntries(isReadOnly(cell) ? rest : [...rest, ["editable", false]])
  session.wish({ type: "set_cell_metadata", cell: cell.id, metadata })
}

/** Of all chosen cells as of the focused one. */
function toggleOutput({ session, focus, commands }: OpenNotebook): void {
  const { cell: id } = focus.view
  const cells = session.view.state?.cells
  if (id === null || !cells) return
  const hide = !outputsHidden(cells.get(id)?.metadata ?? {})
  for (const each of commands.chosenWith(id)) {
    const cell = cells.get(each)
    if (cell?.cell_type !== "code" || outputsHidden(cell.metadata) === hide) continue
    session.wish({ type: "set_cell_metadata", cell: each, metadata: withOutputsHidden(cell.metadata, hide) })
  }
}

export const cellCommands = {
  select_all: {
    words: "menu.select_all", icon: "select", keys: ["Mod+Shift+A"], may: loaded,
    act: ({ focus, session }) => focus.chooseAll(session.view.state?.order ?? []),
  },
  select_cell: {
    words: "cell.select", icon: "select", keys: ["Mod+Shift+S"], may: hasCell,
    act: ({ focus }) => {
      if (focus.view.cell !== null) focus.move(focus.view.cell, "cell")
    },
  },
  cut_cells: {
    words: "menu.cut", icon: "cut", shown: "Mod+X", may: onCell, act: ({ clipboard }) => void clipboard.copy(true),
  },
  copy_cells: {
    words: "menu.copy_cells", icon: "copy", shown: "Mod+C", may: hasCell, act: ({ clipboard }) => void clipboard.copy(false),
  },
  paste_cells: {
    words: "menu.paste", icon: "paste", shown: "Mod+V", may: writable, act: ({ clipboard }) => void clipboard.paste(),
  },
  copy_link: {
    words: "cell.copy_link", icon: "link", may: hasCell,
    act: ({ focus }) => {
      if (focus.view.cell !== null) void copyLink(focus.view.cell)
    },
  },
  mirror_cell: {
    words: "mirror.open", icon: "external", may: hasCell,
    act: ({ focus, tabs }) => {
      if (focus.view.cell !== null) tabs.open({ kind: "mirror", ref: focus.view.cell }, "right")
    },
  },
  copy_to_scratch: {
    words: "scratch.copy", icon: "code", may: (now) => focused(now)?.cell_type === "code",
    act: ({ focus, session, scratch }) => {
      const cell = focus.view.cell === null ? undefined : session.view.state?.cells.get(focus.view.cell)
      if (cell) scratch.open(sourceOf(cell.text))
    },
  },
  read_only: {
    words: "cell.mark_read_only", icon: "lock", may: onCell, isOn: (now) => isReadOnly(focused(now)), act: toggleReadOnly,
  },
  clear_cell: {
    words: "cell.clear_output", icon: "close", may: (now) => writable(now) && (focused(now)?.outputs.length ?? 0) > 0,
    act: ({ commands, focus }) => {
      if (focus.view.cell !== null) commands.clearOutputs(commands.chosenWith(focus.view.cell))
    },
  },
  toggle_code: {
    words: (now) => {
      const cell = focused(now)
      return cell && cellView(cell) === "form" ? "form.show_code" : "form.hide_code"
    },
    icon: "code", may: (now) => onCell(now) && focused(now)?.cell_type === "code",
    act: (page) => {
      if (page.focus.view.cell !== null) toggleCode(page, page.commands.chosenWith(page.focus.view.cell))
    },
  },
  toggle_output: {
    words: (now) => outputsHidden(focused(now)?.metadata ?? {}) ? "outputs.show" : "outputs.hide", icon: "eye", keys: ["Mod+M O"],
    may: (now) => onCell(now) && (focused(now)?.outputs.length ?? 0) > 0, act: toggleOutput,
  },
  form_field: { words: "menu.form_field", icon: "form", may: writable, act: ({ frame }) => frame.show("form_field") },
  add_form: {
    words: "menu.add_form", icon: "form", may: (now) => onCell(now) && focused(now)?.cell_type === "code",
    act: ({ focus, session }) => {
      if (focus.view.cell !== null) session.change(focus.view.cell, { changes: { from: 0, insert: "# @title\n" } })
    },
  },
  collapse_sections: {
    words: "section.collapse_all", icon: "chevron_right", keys: ["Mod+]"], where: "cell", may: loaded,
    act: ({ sections }) => sections.collapseAll(),
  },
  expand_sections: {
    words: "section.expand_all", icon: "chevron_down", keys: ["Mod+["], where: "cell", may: loaded,
    act: ({ sections }) => sections.expandAll(),
  },
  save_sections: { words: "section.save", icon: "save", may: writable, act: ({ sections }) => sections.save() },
} as const satisfies Readonly<Record<string, PageCommand>>
