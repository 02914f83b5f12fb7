import { useEffect, useState, type JSX } from "react"
import { providerUrl } from "../../sync/account_api"
import type { Api } from "../../sync/http"
import { MailLinkPage } from "../../ui/account/MailLinkPage"
import { NewAccountPage } from "../../ui/account/NewAccountPage"
import { SignInPage } from "../../ui/account/SignInPage"
import type { SignInWays } from "../../wire/account"
import { language } from "../../words/language"
import { refusalOf } from "../sign_in"

interface SignedOutProps {
  readonly api: Api
  readonly message?: string | undefined
  readonly onSignedIn: () => Promise<void> | void
  /** Behind this page is something that must not be lost: others are signed in with in a new tab. */
  readonly keepsPage?: boolean
}

type View = "sign_in" | "forgot" | "sign_up"

/** All ways to sign in, and to get an account. */
export function SignedOut({ api, message, onSignedIn, keepsPage = false }: SignedOutProps): JSX.Element {
  const [view, setView] = useState<View>("sign_in")
  const ways = useWays(api)
  useReturn(api, keepsPage, onSignedIn)
  const back = (): void => setView("sign_in")
  const enter = async (work: Promise<unknown>): Promise<string | null> => {
    const refused = await refusalOf(work)
    if (refused === null) await onSignedIn()
    return refused
  }
  if (view === "sign_up" && ways?.mail === false) {
    return (
      <NewAccountPage onBack={back}
        onSubmit={({ email, name, password }) => enter(api.account.signUp(email, name, password))} />
    )
  }
  if (view !== "sign_in") {
    return (
      <MailLinkPage wish={view} onBack={back}
        onSend={(email) => refusalOf(api.account.mailLink(email, language()))} />
    )
  }
  return (
    <SignInPage ways={ways} message={message} keepsPage={keepsPage}
      hrefOf={(name) => providerUrl(name, keepsPage ? "/" : location.pathname + location.search)}
      onForgot={() => setView("forgot")} onSignUp={() => setView("sign_up")}
      onSignIn={(email, password) => enter(api.signIn(email, password))} />
  )
}

/** What the server offers; null while, and when, that is not known: then there is the password. */
function useWays(api: Api): SignInWays | null {
  const [ways, setWays] = useState<SignInWays | null>(null)
  useEffect(() => {
    let wanted = true
    api.account.ways().then((found) => {
      if (wanted) setWays(found)
    }, () => undefined)
    return () => {
      wanted = false
    }
  }, [api])
  return ways
}

/** Somebody who comes back from another tab may have signed in there. */
function useReturn(api: Api, watched: boolean, onSignedIn: () => Promise<void> | void): void {
  useEffect(() => {
    if (!watched) return
    const look = (): void => {
      if (document.hidden) return
      api.me().then((me) => me ? onSignedIn() : undefined).catch(() => undefined)
    }
    document.addEventListener("visibilitychange", look)
    return () => document.removeEventListener("visibilitychange", look)
  })
}
