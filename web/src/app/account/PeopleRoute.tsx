import { useState, type JSX } from "react"
import type { Api } from "../../sync/http"
import { PeopleDialog, type ShownLink } from "../../ui/account/PeopleDialog"
import type { PersonAction } from "../../ui/account/PersonRow"
import { showToast } from "../../ui/toast"
import type { Person, PersonRole } from "../../wire/account"
import type { UserId } from "../../wire/ids"
import { language } from "../../words/language"
import { t } from "../../words/words"
import { orToast } from "../errors"
import { refusalOf } from "../sign_in"
import { useLoaded } from "./loaded"

interface PeopleRouteProps {
  readonly api: Api
  readonly me: UserId
  readonly onClose: () => void
}

/** The server's accounts, for its administrators. */
export function PeopleRoute({ api, me, onClose }: PeopleRouteProps): JSX.Element {
  const loaded = useLoaded(() => api.account.people())
  const [shown, setShown] = useState<ShownLink | null>(null)
  // Accounts that the server is deleting just now: they have no way back, and no place in the list.
  const [gone, setGone] = useState<ReadonlySet<UserId>>(new Set())
  const people = loaded.value && {
    ...loaded.value, people: loaded.value.people.filter(({ id }) => !gone.has(id)),
  }
  const invite = async (email: string, role: PersonRole): Promise<void> => {
    setShown({ ...await api.account.invite(email, role, language()), email, kind: "invitation" })
    await loaded.reload()
  }
  const act = async (person: Person, action: PersonAction): Promise<void> => {
    const { id, email } = person
    switch (action) {
      case "make_link":
        setShown({ ...await api.account.makePersonLink(id), email, kind: "sign_in" })
        return
      case "make_admin": await api.account.changePerson(id, { role: "owner" }); break
      case "make_user": await api.account.changePerson(id, { role: "user" }); break
      case "disable": await api.account.changePerson(id, { disabled: true }); break
      case "delete":
        await api.account.deletePerson(id)
        setGone((before) => new Set(before).add(id))
        showToast({ text: t("people.deleting", { name: person.name || email }), level: "success" })
        break
      case "enable": await api.account.changePerson(id, { disabled: false }); break
    }
    await loaded.reload()
  }
  return (
    <PeopleDialog people={people} error={loaded.error} me={me} shown={shown} onClose={onClose}
      onRetry={() => void loaded.reload()}
      onInvite={(email, role) => refusalOf(invite(email, role))}
      onWithdraw={(email) => void orToast(api.account.withdrawInvitation(email).then(() => {
        setShown((link) => link?.email === email ? null : link)
        return loaded.reload()
      }))}
      onAction={(person, action) => void orToast(act(person, action))} />
  )
}
