/** Who is signed in, and how one gets there. */
import { ApiError, type Api } from "../sync/http"
import type { InvitationLook } from "../wire/account"
import type { Me } from "../wire/api"
import { t } from "../words/words"
import { arrivalOf, type Arrival } from "./arrival"
import { errorText, problemText } from "./errors"
import { routeOf } from "./routes"

/** Something to tell the person who has just come. */
export interface Notice {
  readonly text: string
  readonly level: "success" | "error"
}

export type Account =
  | { readonly kind: "loading" }
  /** `emailToken`: of a link that makes an address one's own, once one is signed in. */
  | { readonly kind: "signed_out"; readonly message: string | undefined; readonly emailToken?: string }
  /** Came by an invitation's link, whoever may be signed in. */
  | { readonly kind: "invited"; readonly token: string; readonly invitation: InvitationLook }
  /** `byLink`: came by a one-time link just now. `linked`: from linking this provider. `connected`: from GitHub. */
  | { readonly kind: "signed_in"; readonly me: Me; readonly byLink: boolean; readonly notice?: Notice
      readonly linked?: string; readonly connected?: boolean }
  | { readonly kind: "failed"; readonly message: string }

/** A link's token is good once; it must not stay in the address or the history. */
function forgetFragment(): void {
  history.replaceState(history.state, "", location.pathname + location.search)
}

const failed = (text: string): Notice => ({ text, level: "error" })

/** What comes of the link that one opened: words to tell, or an account to set up. */
async function follow(api: Api, arrival: Arrival): Promise<Notice | Account | null> {
  switch (arrival.kind) {
    case "signin":
      await api.signInByLink(arrival.value)
      return null
    case "invitation":
      return {
        kind: "invited", token: arrival.value, invitation: await api.account.lookAtInvitation(arrival.value),
      }
    case "sign-in-problem": return failed(problemText(arrival.value))
    default: return null
  }
}

async function confirmEmail(api: Api, token: string): Promise<Notice> {
  try {
    const email = await api.account.confirmEmail(token)
    return { text: t("profile.email_confirmed", { email }), level: "success" }
  } catch (error) {
    return failed(errorText(error))
  }
}

/**
 * Does what the address's fragment asks for, if it has one, and asks who is signed in. `emailToken`
 * is what an earlier answer left to be done.
 */
export async function findAccount(api: Api, emailToken?: string): Promise<Account> {
  const arrival = arrivalOf(location.hash)
  let notice: Notice | undefined
  try {
    if (arrival !== null) {
      forgetFragment()
      const came = await follow(api, arrival)
      if (came !== null && "kind" in came) return came
      notice = came ?? undefined
    }
  } catch (error) {
    notice = failed(errorText(error))
  }
  const token = arrival?.kind === "email" ? arrival.value : emailToken
  try {
    let me = await api.me()
    if (!me) {
      const message = notice?.text ?? (routeOf(location.pathname).page === "notebook" ? t("access.sign_in") : undefined)
      return { kind: "signed_out", message, ...(token === undefined ? {} : { emailToken: token }) }
    }
    if (token !== undefined) {
      notice = await confirmEmail(api, token)
      me = await api.me() ?? me
    }
    const byLink = arrival?.kind === "signin"
    // A link that is dead is no matter to somebody who is signed in; that of a letter is opened again and again.
    const told = (byLink || arrival?.kind === "invitation") && notice ? undefined : notice
    return {
      kind: "signed_in", me, byLink: byLink && notice === undefined,
      ...(told ? { notice: told } : {}), ...(arrival?.kind === "linked" ? { linked: arrival.value } : {}),
      ...(arrival?.kind === "connected" ? { connected: true } : {}),
    }
  } catch (error) {
    return { kind: "failed", message: errorText(error) }
  }
}

/** Null when `work` is done, else the words that say why not. */
export async function refusalOf(work: Promise<unknown>): Promise<string | null> {
  try {
    await work
    return null
  } catch (error) {
    return errorText(error)
  }
}

export const wantsConfirmation = (error: unknown): boolean =>
  error instanceof ApiError && error.code === "confirm"
