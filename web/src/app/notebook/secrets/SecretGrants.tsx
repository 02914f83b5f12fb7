import { useEffect, useState, type JSX } from "react"
import { AskFailure } from "../../../sync/asks"
import { ConfirmDialog } from "../../../ui/Dialog"
import { member } from "../../../wire/json"
import { personName } from "../../../words/person_name"
import { t } from "../../../words/words"
import { useNotebook, useSession } from "../context"

interface Question {
  readonly name: string
  readonly answer: (granted: boolean) => void
}

/** Asks whether the notebook may have a secret that a program wants; one after the other. */
export function SecretGrants(): JSX.Element {
  const { session } = useNotebook()
  const [questions, setQuestions] = useState<readonly Question[]>([])
  const user = useSession(session, (view) => view.user)
  const author = useSession(session, (view) => view.author)
  useEffect(() => session.asks.register("secrets.grant", (params, { signal }) => {
    const name = member(params, "name")
    if (typeof name !== "string") throw new AskFailure("invalid", "A secret has a name.")
    return new Promise((resolve) => {
      const question: Question = {
        name,
        answer: (granted) => {
          setQuestions((all) => all.filter((other) => other !== question))
          resolve({ granted })
        },
      }
      signal.addEventListener("abort", () => question.answer(false))
      setQuestions((all) => [...all, question])
    })
  }), [session])
  const first = questions[0]
  const name = first?.name ?? ""
  // Several cells may ask for the same one: one answer is enough.
  const answer = (granted: boolean): void => questions.filter((each) => each.name === name).forEach((each) => each.answer(granted))
  const foreign = author && author.id !== user?.id ? ` ${t("secrets.grant_author", { author: personName(author.name) })}` : ""
  return (
    <ConfirmDialog isOpen={first !== undefined} title={t("secrets.grant_title", { name })}
      text={t("secrets.grant_text", { name }) + foreign} confirmLabel={t("secrets.grant")}
      onConfirm={() => answer(true)} onClose={() => answer(false)} />
  )
}
