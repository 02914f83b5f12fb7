import { useSyncExternalStore, type JSX } from "react"
import type { Cell } from "../../model/notebook_state"
import { sectionLevel } from "../../model/outline"
import { Icon } from "../../ui/icons"
import type { CellId } from "../../wire/ids"
import { t, tn } from "../../words/words"
import { useNotebook } from "./context"

/** At a heading: the arrow that collapses its section. */
export function SectionArrow({ cell }: { readonly cell: Cell }): JSX.Element | null {
  const { sections } = useNotebook()
  const { id } = cell
  const collapsed = useSyncExternalStore(sections.subscribe, () => sections.view().collapsed.has(id))
  if (sectionLevel(cell) === 0) return null
  const words = t(collapsed ? "section.expand" : "section.collapse")
  return (
    <button type="button" className={`n-section-arrow ${collapsed ? "is-collapsed" : ""}`} aria-label={words} title={words}
      aria-expanded={!collapsed} onClick={() => sections.toggle(id)}>
      <Icon name={collapsed ? "chevron_right" : "chevron_down"} size={18} />
    </button>
  )
}

/** Below the heading of a collapsed section: how much it hides, and a button that runs it. */
export function SectionBar({ id }: { readonly id: CellId }): JSX.Element | null {
  const { commands, sections } = useNotebook()
  const count = useSyncExternalStore(sections.subscribe, () => sections.view().counts.get(id) ?? 0)
  if (count === 0) return null
  return (
    <div className="n-section-bar">
      <button type="button" className="n-section-run" aria-label={t("menu.run_section")} title={t("menu.run_section")}
        onClick={() => commands.runSection(id)}><Icon name="play" size={16} /></button>
      <button type="button" className="n-section-count" onClick={() => sections.toggle(id)}>
        {tn("section.hidden", count)}
      </button>
    </div>
  )
}
