import "./people.css"
import type { JSX } from "react"
import { personClass } from "../model/people"

/** One or two letters that stand for a name. */
export function initials(name: string): string {
  const words = name.trim().split(/\s+/)
  const first = Array.from(words[0] ?? "")[0] ?? "?"
  const last = words.length > 1 ? Array.from(words.at(-1) ?? "")[0] ?? "" : ""
  return (first + last).toUpperCase()
}

interface PersonBadgeProps {
  readonly name: string
  readonly color: number
  readonly small?: boolean
  /** Here, but not at work. */
  readonly quiet?: boolean
}

/** A person as a round spot of their colour. Decoration: the name must stand beside it in words. */
export function PersonBadge({ name, color, small = false, quiet = false }: PersonBadgeProps): JSX.Element {
  const look = `${small ? "c-badge-small" : ""} ${quiet ? "c-badge-quiet" : ""}`
  return (
    <span className={`c-badge ${look} ${personClass(color)}`} aria-hidden="true">
      {small ? Array.from(initials(name))[0] : initials(name)}
    </span>
  )
}
