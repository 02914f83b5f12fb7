import { useEffect, useRef, useState, type JSX, type SyntheticEvent } from "react"
import type { InputRequest } from "../../wire/cell"
import { Button } from "../../ui/Button"
import { t } from "../../words/words"
import { useNotebook, useSession } from "./context"

interface InputBoxProps {
  readonly input: InputRequest
  /** Of what is no cell of the notebook. */
  readonly onAnswer?: (execution: InputRequest["execution"], value: string) => void
}

/** Where a person answers `input()`; a password is not shown. */
export function InputBox({ input, onAnswer }: InputBoxProps): JSX.Element {
  const { session } = useNotebook()
  const online = useSession(session, (view) => view.connection.kind === "online")
  const [value, setValue] = useState("")
  const [sent, setSent] = useState(false)
  const field = useRef<HTMLInputElement>(null)

  useEffect(() => {
    // The kernel waits for it: take the keyboard, unless somebody types elsewhere.
    const active = document.activeElement
    if (!active?.closest(".cm-editor, input, textarea") || active.closest(".n-cell")?.contains(field.current)) {
      field.current?.focus({ preventScroll: true })
    }
  }, [])

  const send = (event: SyntheticEvent): void => {
    event.preventDefault()
    if (sent || !online) return
    setSent(true)
    if (onAnswer) onAnswer(input.execution, value)
    else session.answerInput(input.execution, value)
  }
  return (
    <form className="n-input" onSubmit={send} autoComplete="off">
      {input.prompt !== "" && <label className="n-input-prompt">{input.prompt}</label>}
      <input ref={field} className="n-input-field" type={input.password ? "password" : "text"}
        autoComplete={input.password ? "new-password" : "off"} spellCheck={false} readOnly={sent}
        aria-label={input.prompt === "" ? t("input.label") : input.prompt}
        value={value} onChange={(event) => setValue(event.target.value)} />
      <Button type="submit" size="small" pending={sent} isDisabled={!online}>{t("input.send")}</Button>
    </form>
  )
}
