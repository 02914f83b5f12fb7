import type { JSX, ReactNode } from "react"
import { useLanguage } from "../../words/use_language"
import { t } from "../../words/words"
import { Logo } from "../icons"
import { LanguageMenu } from "../LanguageMenu"

interface SignedOutCardProps {
  readonly title: string
  readonly text?: ReactNode
  /** Why one is here: "You were signed out." */
  readonly message?: string | undefined
  readonly children?: ReactNode
}

/** The page of somebody who is not signed in: one card in the middle. */
export function SignedOutCard({ title, text, message, children }: SignedOutCardProps): JSX.Element {
  useLanguage()
  return (
    <main className="c-sign-in">
      <div className="c-sign-in-card">
        <div className="c-sign-in-head">
          <Logo size={48} />
          <h1>{title}</h1>
          {text !== undefined && <p>{text}</p>}
        </div>
        {message !== undefined && <p className="c-sign-in-message" role="status">{message}</p>}
        {children}
        <div className="c-sign-in-foot" aria-label={t("language.label")}><LanguageMenu /></div>
      </div>
    </main>
  )
}
