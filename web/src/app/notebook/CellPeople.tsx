import type { JSX } from "react"
import { personClass } from "../../model/people"
import { PersonBadge } from "../../ui/PersonBadge"
import type { CellId } from "../../wire/ids"
import type { PersonHere } from "../../wire/presence"
import { t, tn } from "../../words/words"
import { useNotebook } from "./context"
import { usePart } from "./session_parts"

const most = 3

const here = (people: readonly PersonHere[], cell: CellId, client: string): readonly PersonHere[] =>
  people.filter((person) => person.cell === cell && person.client !== client)

const countOf = (people: readonly PersonHere[]): number => new Set(people.map(({ user }) => user)).size

/** Names in one line: "Ada and Bob", "Ada, Bob and 2 more". */
function names(people: readonly PersonHere[]): string {
  const all = [...new Set(people.map(({ name }) => name))]
  const [first = "", second = ""] = all
  if (all.length === 1) return first
  if (all.length === 2) return t("people.two", { first, second })
  return t("people.many", { first, second, count: all.length - 2 })
}

/** Who else is in a cell: a bar of their colour, their badges, and who of them types. */
export function CellPeople({ id }: { readonly id: CellId }): JSX.Element | null {
  const { session } = useNotebook()
  const people = here(usePart(session, "people"), id, session.client)
  const [first] = people
  const editors = people.filter(({ editing }) => editing)
  if (!first) return null
  const badges = people.filter((person, i) => people.findIndex(({ user }) => user === person.user) === i)
  return (
    <div className={`n-others ${personClass((editors[0] ?? first).color)}`}>
      <span className="n-others-bar" />
      <span className="n-others-who">
        {badges.slice(0, most).map((person) =>
          <PersonBadge key={person.user} small name={person.name} color={person.color} quiet={!person.editing} />)}
        {editors.length > 0
          ? <span>{tn("people.editing", countOf(editors), { names: names(editors) })}</span>
          : <span className="c-visually-hidden">{tn("people.in_cell", countOf(people), { names: names(people) })}</span>}
      </span>
    </div>
  )
}
