import { useState, type JSX } from "react"
import type { Confirmation } from "../../sync/account_api"
import { ConfirmPasswordDialog } from "../../ui/account/PasswordDialogs"
import { confirmationError } from "../errors"
import { wantsConfirmation } from "../sign_in"

interface Asked {
  readonly attempt: (password: string) => Promise<string | null>
  readonly cancel: () => void
}

interface Confirming {
  /**
   * Does `act`; when the server wants the password for it, asks for that and does it again. Null
   * when the person rather would not.
   */
  readonly confirmed: <T>(act: (confirmation: Confirmation) => Promise<T>) => Promise<T | null>
  readonly dialog: JSX.Element | null
}

export function useConfirmation(hasPassword: boolean): Confirming {
  const [asked, setAsked] = useState<Asked | null>(null)

  const confirmed = async <T,>(act: (confirmation: Confirmation) => Promise<T>): Promise<T | null> => {
    try {
      return await act({})
    } catch (error) {
      if (!wantsConfirmation(error)) throw error
    }
    return new Promise((resolve) => {
      setAsked({
        attempt: async (password) => {
          try {
            resolve(await act({ password }))
            setAsked(null)
            return null
          } catch (error) {
            return confirmationError(error)
          }
        },
        cancel: () => {
          setAsked(null)
          resolve(null)
        },
      })
    })
  }

  const dialog = asked &&
    <ConfirmPasswordDialog hasPassword={hasPassword} onSubmit={asked.attempt} onClose={asked.cancel} />
  return { confirmed, dialog }
}
