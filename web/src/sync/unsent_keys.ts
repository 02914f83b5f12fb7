/** Where in this browser typed text is kept, and forgetting it; apart from the editor, which is heavy. */
import type { UserId } from "../wire/ids"

export const prefix = "colibri.unsent"

/** Null where the browser keeps nothing for pages. */
export function browserStorage(): Storage | null {
  try {
    return globalThis.localStorage
  } catch {
    return null
  }
}

/** Says to other tabs of somebody who signed out that they must keep nothing more. */
export const signedOut = (user: UserId): string => `colibri.signed_out ${user}`

/** Forgets what this user typed in any notebook, in any tab, until they are signed in again. */
export function forgetUnsent(storage: Storage | null, user: UserId): void {
  if (!storage) return
  storage.setItem(signedOut(user), "")
  for (const key of Object.keys(storage)) {
    if (key.startsWith(`${prefix} ${user} `)) storage.removeItem(key)
  }
}
