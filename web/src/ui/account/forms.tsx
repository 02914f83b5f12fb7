/** What the forms about accounts have in common. */
import { useEffect, useRef, useState, type JSX, type ReactNode, type SyntheticEvent } from "react"
import { t } from "../../words/words"
import { Icon } from "../icons"
import { TextField } from "../TextField"

/** The server asks for at least as many. */
export const minPasswordLength = 8

export const looksLikeEmail = (text: string): boolean => /^[^\s@]+@[^\s@]+$/.test(text.trim())

export interface PasswordDraft {
  readonly password: string
  readonly repeated: string
}

export interface PasswordProblems {
  readonly password?: string
  readonly repeated?: string
}

export const noPassword: PasswordDraft = { password: "", repeated: "" }

/** What is wrong with a new password; empty when nothing is. */
export function passwordProblems({ password, repeated }: PasswordDraft): PasswordProblems {
  if (Array.from(password).length < minPasswordLength) {
    return { password: t("form.password_short", { min: minPasswordLength }) }
  }
  return password === repeated ? {} : { repeated: t("form.password_differs") }
}

interface PasswordFieldsProps {
  readonly draft: PasswordDraft
  readonly problems: PasswordProblems
  readonly onChange: (draft: PasswordDraft) => void
  readonly autoFocus?: boolean
}

/** A new password, typed twice. */
export function PasswordFields({ draft, problems, onChange, autoFocus = false }: PasswordFieldsProps): JSX.Element {
  return (
    <>
      <TextField label={t("field.new_password")} type="password" autoComplete="new-password" autoFocus={autoFocus}
        description={t("setup.password_hint", { min: minPasswordLength })} value={draft.password}
        error={problems.password} onChange={(password) => onChange({ ...draft, password })} />
      <TextField label={t("field.repeat_password")} type="password" autoComplete="new-password"
        value={draft.repeated} error={problems.repeated}
        onChange={(repeated) => onChange({ ...draft, repeated })} />
    </>
  )
}

export function FormError({ children }: { readonly children: ReactNode }): JSX.Element {
  return <p className="c-form-error" role="alert"><Icon name="error" size={18} />{children}</p>
}

/** Resolves to null when done, else to the words that say why not. */
export type Submission = () => Promise<string | null>

interface SubmitState {
  readonly pending: boolean
  /** Why the last attempt was refused. */
  readonly refused: string | null
  readonly onSubmit: (event: SyntheticEvent) => void
}

/**
 * The life of a form: `prepare` looks at what was typed and returns what to do, or null when
 * something is to be mended first.
 */
export function useSubmit(prepare: () => Submission | null): SubmitState {
  const [pending, setPending] = useState(false)
  const [refused, setRefused] = useState<string | null>(null)
  const alive = useRef(true)
  useEffect(() => {
    alive.current = true
    return () => {
      alive.current = false
    }
  }, [])
  const submit = async (): Promise<void> => {
    if (pending) return
    setRefused(null)
    const act = prepare()
    if (act === null) return
    setPending(true)
    const answer = await act()
    if (!alive.current) return
    setRefused(answer)
    setPending(false)
  }
  return {
    pending, refused,
    onSubmit: (event) => {
      event.preventDefault()
      void submit()
    },
  }
}
