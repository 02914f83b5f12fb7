import { useCallback, useEffect, useState, type JSX } from "react"
import { I18nProvider } from "react-aria-components"
import type { Api } from "../sync/http"
import { forgetComments, tabStorage } from "../sync/comment_drafts"
import { forgetLocalRuntimes } from "../sync/local_runtime"
import { browserStorage, forgetUnsent } from "../sync/unsent_keys"
import { Button } from "../ui/Button"
import { ToastRegion } from "../ui/toast"
import type { Me } from "../wire/api"
import { useLanguage } from "../words/use_language"
import { t } from "../words/words"
import { AccountWindows } from "./account/AccountWindows"
import { notebookClass } from "./first_elements"
import { latePage } from "./late_part"
import { Message } from "./Message"
import type { NotebookRoute } from "./NotebookRoute"
import { OpenOnList } from "./open/OpenOnList"
import { navigate, usePath } from "./router"
import { listHref, routeOf } from "./routes"
import { findAccount, refusalOf, type Account } from "./sign_in"
import { isArrival } from "./arrival"
import { unveil } from "./unveil"
import { Waiting } from "./Waiting"

/**
 * The editor and its languages are most of the page's weight: only a notebook needs them. Not React's
 * lazy(): what that suspends for is held back for 300 ms, so that nothing flickers.
 */
const loadNotebookRoute = async (): Promise<typeof NotebookRoute> => {
  loaded = (await import("./NotebookRoute")).NotebookRoute
  return loaded
}
let loaded: typeof NotebookRoute | null = null

// Asked for beside the account, not behind it.
if (routeOf(location.pathname).page === "notebook") void loadNotebookRoute()

const Drive = latePage(async () => (await import("./drive/DriveRoute")).DriveRoute, Waiting)
const DiffRoute = latePage(async () => (await import("./diff/DiffRoute")).DiffRoute, Waiting)
const ForeignRoute = latePage(async () => (await import("./open/ForeignRoute")).ForeignRoute, Waiting)
const PortRoute = latePage(async () => (await import("./open/PortRoute")).PortRoute, Waiting)
const SignedOut = latePage(async () => (await import("./account/SignedOut")).SignedOut, Waiting)
const NewAccountPage = latePage(async () => (await import("../ui/account/NewAccountPage")).NewAccountPage, Waiting)

function useNotebookRoute(wanted: boolean): typeof NotebookRoute | null {
  const [route, setRoute] = useState<{ readonly component: typeof NotebookRoute } | null>(
    () => loaded && { component: loaded })
  const [failure, setFailure] = useState<{ readonly error: unknown } | null>(null)
  useEffect(() => {
    if (!wanted) return
    loadNotebookRoute().then(
      (component) => setRoute({ component }), (error: unknown) => setFailure({ error }))
  }, [wanted])
  if (failure) throw failure.error
  return route?.component ?? null
}

export function App({ api }: { readonly api: Api }): JSX.Element {
  const spoken = useLanguage()
  const [account, setAccount] = useState<Account>({ kind: "loading" })
  const look = useCallback(async (emailToken?: string) => {
    setAccount(await findAccount(api, emailToken))
  }, [api])
  useEffect(() => {
    // A link that is opened where the page is open already changes the fragment only.
    const arrive = (): void => {
      if (isArrival(location.hash)) void look()
    }
    void look()
    addEventListener("hashchange", arrive)
    return () => removeEventListener("hashchange", arrive)
  }, [look])

  return (
    <I18nProvider locale={spoken}>
      <Page api={api} account={account} onChange={setAccount} onLook={look} />
      <ToastRegion />
    </I18nProvider>
  )
}

interface PageProps {
  readonly api: Api
  readonly account: Account
  readonly onChange: (account: Account) => void
  readonly onLook: (emailToken?: string) => Promise<void>
}

function Page({ api, account, onChange, onLook }: PageProps): JSX.Element {
  const showsNotebook = routeOf(usePath()).page === "notebook" && (account.kind === "loading" || account.kind === "signed_in")
  useEffect(() => {
    document.documentElement.classList.toggle(notebookClass, showsNotebook)
    if (!showsNotebook) unveil()
  }, [showsNotebook])
  switch (account.kind) {
    case "loading": return <Waiting />
    case "failed":
      return (
        <Message title={account.message}>
          <Button variant="primary" icon="refresh" onPress={() => void onLook()}>{t("action.retry")}</Button>
        </Message>
      )
    case "signed_out":
      return (
        <SignedOut key={account.message} api={api} message={account.message}
          onSignedIn={() => onLook(account.emailToken)} />
      )
    case "invited":
      return (
        <NewAccountPage key={account.token} invitation={account.invitation} onBack={() => void onLook()}
          onSubmit={async ({ name, password }) => {
            const refused = await refusalOf(api.account.acceptInvitation(account.token, name, password))
            if (refused === null) await onLook()
            return refused
          }} />
      )
    case "signed_in":
      return (
        <SignedIn key={account.me.user.id} api={api} account={account}
          onSignedOut={() => onChange({ kind: "signed_out", message: undefined })} />
      )
  }
}

interface SignedInProps {
  readonly api: Api
  readonly account: Extract<Account, { kind: "signed_in" }>
  readonly onSignedOut: () => void
}

function SignedIn({ api, account, onSignedOut }: SignedInProps): JSX.Element {
  const route = routeOf(usePath())
  const Notebook = useNotebookRoute(route.page === "notebook")
  const [user, setUser] = useState<Me["user"]>(account.me.user)
  const leave = (where?: "stay"): void => {
    forgetUnsent(browserStorage(), user.id)
    forgetComments(tabStorage(), user.id)
    forgetLocalRuntimes(tabStorage(), user.id)
    if (where !== "stay") navigate(listHref)
    onSignedOut()
  }
  const signOut = (where?: "stay"): void => {
    void api.signOut().catch(() => undefined).then(() => leave(where))
  }
  const shared = { api, user }
  const { me, byLink, linked } = account
  const page = (): JSX.Element => {
    switch (route.page) {
      case "list": return <Drive {...shared} onSignedOut={onSignedOut} />
      case "notebook": return Notebook ? <Notebook key={route.id} {...shared} id={route.id} /> : <Waiting />
      case "diff": return <DiffRoute api={api} user={user} />
      case "port": return <PortRoute api={api} route={route} />
      case "foreign": return <ForeignRoute api={api} route={route} />
    }
  }
  return (
    <AccountWindows api={api} account={account} user={user} onUser={setUser} onSignOut={signOut}
      onDeleted={leave}>
      {page()}
      <OpenOnList api={api} onList={route.page === "list"} github={route.page === "list" ? route.github : undefined}
        free={!me.reset && linked === undefined && (!byLink || me.user.has_password)} />
    </AccountWindows>
  )
}
