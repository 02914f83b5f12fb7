import { useEffect, useState, type JSX } from "react"
import { AskFailure } from "../../../sync/asks"
import { lateWindow } from "../../late_part"
import { useNotebook } from "../context"
import type { DriveWish } from "./DriveQuestion"

interface Question {
  readonly wish: DriveWish
  readonly answer: (granted: boolean, remember: boolean) => void
}

const DriveQuestion = lateWindow(async () => (await import("./DriveQuestion")).DriveQuestion)

/** Puts to the person what programs ask for by `drive.mount`; one answer is for all that wait. */
export function DriveGrants(): JSX.Element | null {
  const { session } = useNotebook()
  const [questions, setQuestions] = useState<readonly Question[]>([])
  useEffect(() => session.asks.register("drive.grant", ({ mountpoint, readonly, others }, { signal }) => {
    if (typeof mountpoint !== "string") throw new AskFailure("invalid", "A mount point is a path.")
    return new Promise((resolve) => {
      const question: Question = {
        wish: { mountpoint, readonly: readonly === true, others: others === true },
        answer: (granted, remember) => {
          setQuestions((all) => all.filter((other) => other !== question))
          resolve({ granted, remember })
        },
      }
      signal.addEventListener("abort", () => question.answer(false, false))
      setQuestions((all) => [...all, question])
    })
  }), [session])
  const [first] = questions
  if (!first) return null
  const answer = (granted: boolean, remember: boolean): void => questions.forEach((each) => each.answer(granted, remember))
  return <DriveQuestion wish={first.wish} onAnswer={answer} onClose={() => answer(false, false)} />
}
