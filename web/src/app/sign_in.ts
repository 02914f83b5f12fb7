/** Who is signed in, and how one gets there. */
import type { Api } from "../sync/http"
import type { Me } from "../wire/api"
import { errorText } from "./errors"

export type Account =
  | { readonly kind: "loading" }
  | { readonly kind: "signed_out"; readonly message: string | undefined }
  /** `byLink`: came by a one-time link just now. */
  | { readonly kind: "signed_in"; readonly me: Me; readonly byLink: boolean }
  | { readonly kind: "failed"; readonly message: string }

const fragment = /^#signin=([^&]+)$/

function tokenOf(hash: string): string | null {
  const token = fragment.exec(hash)?.[1]
  return token ?? null
}

/** The link's token is good once; it must not stay in the address or the history. */
function forgetToken(): void {
  history.replaceState(history.state, "", location.pathname + location.search)
}

/** Redeems the address's sign-in link, if it has one, and asks who is signed in. */
export async function findAccount(api: Api): Promise<Account> {
  const token = tokenOf(location.hash)
  let refused: string | undefined
  try {
    if (token !== null) {
      forgetToken()
      await api.signInByLink(token)
    }
  } catch (error) {
    refused = errorText(error)
  }
  try {
    const me = await api.me()
    if (!me) return { kind: "signed_out", message: refused }
    return { kind: "signed_in", me, byLink: token !== null && refused === undefined }
  } catch (error) {
    return { kind: "failed", message: errorText(error) }
  }
}

/** Null when signed in, else the words that say why not. */
export async function signIn(api: Api, email: string, password: string): Promise<string | null> {
  try {
    await api.signIn(email, password)
    return null
  } catch (error) {
    return errorText(error)
  }
}
