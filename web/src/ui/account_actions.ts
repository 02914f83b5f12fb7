/** What the account menu can do, for wherever it stands: the app provides it once. */
import { createContext } from "react"

export interface AccountActions {
  readonly onSettings: () => void
  /** The machines that are held. */
  readonly onSessions: () => void
  /** Only for administrators. */
  readonly onPeople?: () => void
  /** `stay`: at the address that is open, for somebody else to sign in to. */
  readonly onSignOut: (where?: "stay") => void
}

export const AccountContext = createContext<AccountActions | null>(null)
