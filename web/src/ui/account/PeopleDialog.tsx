import { useState, type JSX } from "react"
import type { People, Person, PersonLink, PersonRole } from "../../wire/account"
import type { UserId } from "../../wire/ids"
import { t, tn } from "../../words/words"
import { Button } from "../Button"
import { Tick } from "../Choice"
import { ConfirmDialog, Dialog } from "../Dialog"
import { TextField } from "../TextField"
import { CopyField } from "./CopyField"
import { FormError, looksLikeEmail, useSubmit } from "./forms"
import { InvitationRow, PersonRow, type PersonAction } from "./PersonRow"
import { Loaded } from "./SettingsDialog"

/** A link to hand on, and to whom. */
export interface ShownLink extends PersonLink {
  readonly email: string
  readonly kind: "invitation" | "sign_in"
}

interface PeopleDialogProps {
  readonly people: People | null
  readonly error: string | null
  readonly me: UserId
  readonly shown: ShownLink | null
  readonly onRetry: () => void
  /** Resolves to null when invited, else to the words that say why not. */
  readonly onInvite: (email: string, role: PersonRole) => Promise<string | null>
  readonly onWithdraw: (email: string) => void
  readonly onAction: (person: Person, action: PersonAction) => void
  readonly onClose: () => void
}

/** An administrator's list of the server's accounts and invitations. */
export function PeopleDialog(props: PeopleDialogProps): JSX.Element {
  const [query, setQuery] = useState("")
  const [asked, setAsked] = useState<{ readonly person: Person; readonly action: "disable" | "delete" } | null>(null)
  const act = (person: Person, action: PersonAction): void => {
    if (action === "disable" || action === "delete") setAsked({ person, action })
    else props.onAction(person, action)
  }
  const action = asked?.action ?? "disable"
  return (
    <Dialog isOpen size="large" title={t("people.title")} onClose={props.onClose}>
      <div className="c-accounts">
        <InviteForm onInvite={props.onInvite} />
        {props.shown && <LinkBox shown={props.shown} />}
        <Loaded value={props.people} error={props.error} onRetry={props.onRetry}>
          {(people) => (
            <List people={people} query={query} me={props.me} onQuery={setQuery} onAction={act}
              onWithdraw={props.onWithdraw} onInvite={props.onInvite} />
          )}
        </Loaded>
      </div>
      <ConfirmDialog isOpen={asked !== null} danger confirmLabel={t(`people.${action}`)}
        title={t(`people.${action}_title`, { name: asked ? asked.person.name || asked.person.email : "" })}
        text={t(`people.${action}_text`)} onClose={() => setAsked(null)}
        onConfirm={() => {
          if (asked) props.onAction(asked.person, asked.action)
        }} />
    </Dialog>
  )
}

function InviteForm({ onInvite }: Pick<PeopleDialogProps, "onInvite">): JSX.Element {
  const [email, setEmail] = useState("")
  const [admin, setAdmin] = useState(false)
  const [problem, setProblem] = useState<string | undefined>(undefined)
  const form = useSubmit(() => {
    const good = looksLikeEmail(email)
    setProblem(good ? undefined : t("form.email_invalid"))
    if (!good) return null
    return async () => {
      const refused = await onInvite(email.trim(), admin ? "owner" : "user")
      if (refused === null) {
        setEmail("")
        setAdmin(false)
      }
      return refused
    }
  })
  return (
    <form className="c-invite" noValidate onSubmit={form.onSubmit}>
      <TextField className="c-invite-field" label={t("people.invite_title")} type="email" autoComplete="off"
        placeholder="ada@example.org" value={email} error={problem} onChange={setEmail} />
      <Button variant="primary" type="submit" icon="mail" pending={form.pending}>{t("people.invite")}</Button>
      <Tick label={t("people.invite_admin")} isSelected={admin} onChange={setAdmin} />
      {form.refused !== null && <FormError>{form.refused}</FormError>}
    </form>
  )
}

function LinkBox({ shown }: { readonly shown: ShownLink }): JSX.Element {
  const { email } = shown
  return (
    <div className="c-link-box" role="status">
      <p>{t(shown.mailed ? "people.mailed" : "people.link_for", { email })}</p>
      <CopyField key={shown.link} label={t("people.make_link")} value={shown.link} />
      <p className="c-hint">{t(shown.kind === "sign_in" ? "people.link_ends" : "people.invite_ends")}</p>
    </div>
  )
}

function List({ people, query, me, onQuery, onAction, onWithdraw, onInvite }: {
  readonly people: People
  readonly query: string
  readonly me: UserId
  readonly onQuery: (query: string) => void
  readonly onAction: PeopleDialogProps["onAction"]
} & Pick<PeopleDialogProps, "onWithdraw" | "onInvite">): JSX.Element {
  const wanted = query.trim().toLocaleLowerCase()
  const fits = (text: string): boolean => text.toLocaleLowerCase().includes(wanted)
  const invitations = people.invitations.filter(({ email }) => fits(email))
  const persons = people.people.filter(({ email, name }) => fits(`${name} ${email}`))
  return (
    <>
      {people.people.length > 8 &&
        <TextField label={t("people.search")} hideLabel type="search" placeholder={t("people.search")}
          value={query} onChange={onQuery} />}
      {invitations.length > 0 && (
        <section>
          <h3 className="c-subtitle">{tn("people.invited", invitations.length)}</h3>
          <ul className="c-rows">
            {invitations.map((invitation) => (
              <InvitationRow key={invitation.email} invitation={invitation} onWithdraw={onWithdraw}
                onAgain={() => void onInvite(invitation.email, invitation.role)} />
            ))}
          </ul>
        </section>
      )}
      <section>
        <h3 className="c-subtitle">{tn("people.count", persons.length)}</h3>
        {persons.length === 0 ? <p className="c-nothing">{t("people.nobody", { query })}</p> : (
          <ul className="c-rows" aria-label={t("people.title")}>
            {persons.map((person) => (
              <PersonRow key={person.id} person={person} isMe={person.id === me} onAction={onAction} />
            ))}
          </ul>
        )}
      </section>
    </>
  )
}
