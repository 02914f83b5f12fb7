import { useEffect, useSyncExternalStore, type JSX } from "react"
import { Button as AriaButton } from "react-aria-components"
import { Button } from "../../ui/Button"
import { Menu } from "../../ui/Menu"
import { PersonBadge } from "../../ui/PersonBadge"
import { Tooltip } from "../../ui/Tooltip"
import type { PersonHere } from "../../wire/presence"
import { t } from "../../words/words"
import { useNotebook, useSession } from "./context"
import { tabOf } from "./follow"

/** So many stand side by side; the rest is in a menu. */
const most = 5

/** The others who are here, one each however many tabs they have, in the order they came. */
export function others(people: readonly PersonHere[], me: string | undefined): readonly PersonHere[] {
  const users = [...new Set(people.map(({ user }) => user))].filter((user) => user !== me)
  return users.flatMap((user) => tabOf(people, user) ?? []).sort((a, b) => a.color - b.color)
}

const describe = (person: PersonHere): string =>
  t("people.person", { name: person.name, role: t(`people.role.${person.role}`) })

/** Round badges of who else is here; a click goes to where they are and follows them. */
export function People(): JSX.Element | null {
  const { session, follow } = useNotebook()
  const people = useSession(session, (view) => view.people)
  const me = useSession(session, (view) => view.user?.id)
  const followed = useSyncExternalStore(follow.subscribe, follow.user)
  const here = others(people, me)
  if (here.length === 0) return null
  const shown = here.length > most ? here.slice(0, most - 1) : here
  const rest = here.slice(shown.length)
  return (
    <div className="c-people" role="group" aria-label={t("people.here")}>
      {shown.map((person) => (
        <Tooltip key={person.user} text={describe(person)}>
          <AriaButton className="c-people-button" aria-label={t("people.go_to", { name: person.name })}
            aria-pressed={followed === person.user} onPress={() => follow.start(person.user)}>
            <PersonBadge name={person.name} color={person.color} quiet={person.cell === null} />
          </AriaButton>
        </Tooltip>
      ))}
      {rest.length > 0 && (
        <Menu label={t("people.more")} placement="bottom end" onAction={(user) => {
          const person = rest.find((other) => other.user === user)
          if (person) follow.start(person.user)
        }}
          items={rest.map((person) => ({ id: person.user, label: describe(person), isChosen: person.user === followed }))}
          trigger={
            <AriaButton className="c-people-button" aria-label={t("people.more")}>
              <span className="c-badge c-people-more" aria-hidden="true">+{rest.length}</span>
            </AriaButton>
          } />
      )}
    </div>
  )
}

/** Says whom the page follows; anything one does oneself ends it. */
export function FollowNote(): JSX.Element | null {
  const { session, follow } = useNotebook()
  const user = useSyncExternalStore(follow.subscribe, follow.user)
  const person = useSession(session, (view) => user === null ? undefined : tabOf(view.people, user))
  useEffect(() => session.subscribe(() => follow.step()), [session, follow])
  useEffect(() => {
    if (user === null) return
    const end = (event: Event): void => {
      const scrolls = event.type === "wheel" || event.type === "touchmove"
      const beside = event.target instanceof Element && event.target.closest(".n-header, .n-follow, .c-menu")
      if (scrolls || !beside) follow.stop()
    }
    const kinds = ["wheel", "pointerdown", "keydown", "touchmove"] as const
    for (const kind of kinds) addEventListener(kind, end, { passive: true })
    return () => {
      for (const kind of kinds) removeEventListener(kind, end)
    }
  }, [user, follow])
  if (!person) return null
  return (
    <p className="n-follow" role="status">
      <PersonBadge small name={person.name} color={person.color} />
      <span>{t("people.following", { name: person.name })}</span>
      <Button variant="plain" size="small" onPress={() => follow.stop()}>{t("people.stop")}</Button>
    </p>
  )
}
