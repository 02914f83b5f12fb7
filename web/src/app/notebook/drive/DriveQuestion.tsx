import { useState, type JSX } from "react"
import { Button } from "../../../ui/Button"
import { Tick } from "../../../ui/Choice"
import { Dialog } from "../../../ui/Dialog"
import { mountWords } from "../../../words/mount"
import { personName } from "../../../words/person_name"
import { useNotebook, useSession } from "../context"

export interface DriveWish {
  readonly mountpoint: string
  readonly readonly: boolean
  /** Others use the runtime too. */
  readonly others: boolean
}

interface DriveQuestionProps {
  readonly wish: DriveWish
  readonly onAnswer: (granted: boolean, remember: boolean) => void
  readonly onClose?: () => void
}

/** Whether code of this notebook may have the person's Drive. */
export function DriveQuestion({ wish, onAnswer }: DriveQuestionProps): JSX.Element {
  const { session } = useNotebook()
  const user = useSession(session, (view) => view.user)
  const author = useSession(session, (view) => view.author)
  const [remember, setRemember] = useState(false)
  const place = `${wish.mountpoint}/MyDrive`
  const foreign = author && author.id !== "" && author.id !== user?.id
  const refuse = (): void => onAnswer(false, false)
  return (
    <Dialog isOpen title={mountWords("ask_title")} role="alertdialog" onClose={refuse} footer={
      <>
        <Button variant="plain" onPress={refuse} autoFocus>{mountWords("refuse")}</Button>
        <Button variant="primary" onPress={() => onAnswer(true, remember)}>{mountWords("permit")}</Button>
      </>
    }>
      <p>{mountWords(wish.readonly ? "ask_readonly" : "ask_text", { place })}</p>
      {wish.others && <p>{mountWords("ask_others")}</p>}
      {foreign && <p>{mountWords("ask_author", { author: personName(author.name) })}</p>}
      <Tick label={mountWords("remember")} isSelected={remember} onChange={setRemember} />
    </Dialog>
  )
}
