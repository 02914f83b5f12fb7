import { useCallback, useEffect, useState, type JSX } from "react"
import type { Api } from "../sync/http"
import { AccountSetupDialog } from "../ui/AccountSetupDialog"
import { Button } from "../ui/Button"
import { SignInPage } from "../ui/SignInPage"
import { Spinner } from "../ui/Spinner"
import { ToastRegion } from "../ui/toast"
import type { Me } from "../wire/api"
import { useLanguage } from "../words/use_language"
import { t } from "../words/words"
import { errorText } from "./errors"
import { ListRoute } from "./ListRoute"
import type { NotebookRoute } from "./NotebookRoute"
import { Message } from "./Message"
import { listHref, navigate, routeOf, usePath } from "./router"
import { findAccount, signIn, type Account } from "./sign_in"

/**
 * The editor and its languages are most of the page's weight: only a notebook needs them. Not React's
 * lazy(): what that suspends for is held back for 300 ms, so that nothing flickers.
 */
const loadNotebookRoute = async (): Promise<typeof NotebookRoute> =>
  (await import("./NotebookRoute")).NotebookRoute

// Asked for beside the account, not behind it.
if (routeOf(location.pathname).page === "notebook") void loadNotebookRoute()

function useNotebookRoute(wanted: boolean): typeof NotebookRoute | null {
  const [route, setRoute] = useState<{ readonly component: typeof NotebookRoute } | null>(null)
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
  useLanguage()
  const [account, setAccount] = useState<Account>({ kind: "loading" })
  const look = useCallback(() => {
    void findAccount(api).then(setAccount)
  }, [api])
  useEffect(look, [look])

  return (
    <>
      <Page api={api} account={account} onChange={setAccount} onRetry={look} />
      <ToastRegion />
    </>
  )
}

interface PageProps {
  readonly api: Api
  readonly account: Account
  readonly onChange: (account: Account) => void
  readonly onRetry: () => void
}

function Page({ api, account, onChange, onRetry }: PageProps): JSX.Element {
  const toSignedIn = async (email: string, password: string): Promise<string | null> => {
    const refused = await signIn(api, email, password)
    if (refused === null) onRetry()
    return refused
  }
  switch (account.kind) {
    case "loading": return <Waiting />
    case "failed":
      return (
        <Message title={account.message}>
          <Button variant="primary" icon="refresh" onPress={onRetry}>{t("action.retry")}</Button>
        </Message>
      )
    case "signed_out":
      return <SignInPage onSignIn={toSignedIn} message={account.message} />
    case "signed_in":
      return (
        <SignedIn api={api} me={account.me} byLink={account.byLink}
          onSignedOut={() => onChange({ kind: "signed_out", message: undefined })} />
      )
  }
}

export function Waiting(): JSX.Element {
  return <Message title=""><Spinner label={t("app.loading")} size={28} /></Message>
}

interface SignedInProps {
  readonly api: Api
  readonly me: Me
  readonly byLink: boolean
  readonly onSignedOut: () => void
}

function SignedIn({ api, me, byLink, onSignedOut }: SignedInProps): JSX.Element {
  const route = routeOf(usePath())
  const Notebook = useNotebookRoute(route.page === "notebook")
  const [user, setUser] = useState(me.user)
  const [settingUp, setSettingUp] = useState(byLink && !me.user.has_password)
  const signOut = (): void => {
    void api.signOut().catch(() => undefined).then(() => {
      navigate(listHref)
      onSignedOut()
    })
  }
  const shared = {
    api, user, onSignOut: signOut,
    ...(user.has_password ? {} : { onSettings: () => setSettingUp(true) }),
  }
  return (
    <>
      {route.page === "list" ? <ListRoute {...shared} onSignedOut={onSignedOut} />
        : Notebook ? <Notebook key={route.id} {...shared} id={route.id} /> : <Waiting />}
      {settingUp && (
        <AccountSetupDialog isOpen email={user.email} name={user.name}
          onClose={() => setSettingUp(false)}
          onSubmit={async ({ email, name, password }) => {
            try {
              await api.changeProfile({ email, name, password: { old: "", new: password } })
            } catch (error) {
              return errorText(error)
            }
            setUser({ ...user, email, name, has_password: true })
            setSettingUp(false)
            return null
          }} />
      )}
    </>
  )
}
