import { useEffect, useMemo, useState, type JSX, type ReactNode } from "react"
import type { Api } from "../../sync/http"
import { AccountContext, type AccountActions } from "../../ui/account_actions"
import type { SettingsTab } from "../../ui/account/SettingsDialog"
import { showToast } from "../../ui/toast"
import type { Me } from "../../wire/api"
import { t } from "../../words/words"
import { lateWindow } from "../late_part"
import { refusalOf, type Account } from "../sign_in"

const AccountSetupDialog = lateWindow(async () => (await import("../../ui/account/AccountSetupDialog")).AccountSetupDialog)
const PeopleRoute = lateWindow(async () => (await import("./PeopleRoute")).PeopleRoute)
const ResetPasswordDialog = lateWindow(async () => (await import("../../ui/account/PasswordDialogs")).ResetPasswordDialog)
const SessionsWindow = lateWindow(async () => (await import("../sessions/SessionsWindow")).SessionsWindow)
const Settings = lateWindow(async () => (await import("./Settings")).Settings)

interface AccountWindowsProps {
  readonly api: Api
  readonly account: Extract<Account, { kind: "signed_in" }>
  readonly user: Me["user"]
  readonly onUser: (user: Me["user"]) => void
  readonly onSignOut: AccountActions["onSignOut"]
  readonly onDeleted: () => void
  readonly children: ReactNode
}

type Window = { readonly kind: "setup" | "reset" | "people" | "sessions" } | { readonly kind: "settings"; readonly tab: SettingsTab }

/** The window that one who has just come is met with. */
function firstWindow({ me, byLink, linked, connected }: AccountWindowsProps["account"]): Window | null {
  if (byLink && !me.user.has_password) return { kind: "setup" }
  if (me.reset) return { kind: "reset" }
  if (connected) return { kind: "settings", tab: "github" }
  return linked === undefined ? null : { kind: "settings", tab: "sign_ins" }
}

/** What the account menu opens, over any page. */
export function AccountWindows(props: AccountWindowsProps): JSX.Element {
  const { api, account, user, onSignOut } = props
  const [open, setOpen] = useState<Window | null>(() => firstWindow(account))
  useNotice(api, account)
  const actions = useMemo<AccountActions>(() => ({
    onSessions: () => setOpen({ kind: "sessions" }),
    onSettings: () => setOpen({ kind: "settings", tab: "profile" }),
    ...(user.role === "owner" ? { onPeople: () => setOpen({ kind: "people" }) } : {}),
    onSignOut,
  }), [user.role, onSignOut])
  return (
    <AccountContext value={actions}>
      {props.children}
      {open && <Opened {...props} open={open} onOpen={setOpen} />}
    </AccountContext>
  )
}

function Opened({ api, user, onUser, onDeleted, open, onOpen }: AccountWindowsProps & {
  readonly open: Window
  readonly onOpen: (window: Window | null) => void
}): JSX.Element {
  const close = (): void => onOpen(null)
  switch (open.kind) {
    case "sessions": return <SessionsWindow api={api} user={user} onClose={close} />
    case "people": return <PeopleRoute api={api} me={user.id} onClose={close} />
    case "settings":
      return (
        <Settings api={api} user={user} onUser={onUser} tab={open.tab} onClose={close} onDeleted={onDeleted}
          onTab={(tab) => onOpen({ kind: "settings", tab })} />
      )
    case "reset":
      return (
        <ResetPasswordDialog onClose={close} onSubmit={async (password) => {
          const refused = await refusalOf(api.changeProfile({ password: { old: "", new: password } }))
          if (refused !== null) return refused
          onUser({ ...user, has_password: true })
          showToast({ text: t("reset.done"), level: "success" })
          close()
          return null
        }} />
      )
    case "setup":
      return (
        <AccountSetupDialog isOpen email={user.email} name={user.name} choosesEmail={user.role === "owner"}
          onClose={close} onSubmit={async ({ email, name, password }) => {
            const profile = email === user.email ? { name } : { name, email }
            const refused = await refusalOf(api.changeProfile({ ...profile, password: { old: "", new: password } }))
            if (refused !== null) return refused
            onUser({ ...user, email, name, has_password: true })
            close()
            return null
          }} />
      )
  }
}

/** Tells the person who has just come what became of the link. */
function useNotice(api: Api, { notice, linked }: AccountWindowsProps["account"]): void {
  useEffect(() => {
    if (notice) showToast(notice)
  }, [notice])
  useEffect(() => {
    if (linked === undefined) return
    api.account.ways().then(({ providers }) => {
      const title = providers.find(({ name }) => name === linked)?.title ?? linked
      showToast({ text: t("sign_ins.linked_now", { title }), level: "success" })
    }, () => undefined)
  }, [api, linked])
}
