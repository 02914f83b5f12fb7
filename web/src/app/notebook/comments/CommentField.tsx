import { useId, useLayoutEffect, useRef, useState, type JSX, type KeyboardEvent, type RefObject } from "react"
import { flushSync } from "react-dom"
import { completeMention, mentionAt, suggestions, type Addressee, type MentionTyping } from "../../../model/mention_typing"
import { Button } from "../../../ui/Button"
import { PersonBadge } from "../../../ui/PersonBadge"
import { isTooLong } from "../../../wire/comment"
import type { CommentId, ThreadId } from "../../../wire/ids"
import { t } from "../../../words/words"
import { useNotebook, useSession } from "../context"
import { colorOf } from "./state"

interface CommentFieldProps {
  /** Whose text it is in what is kept. */
  readonly name: ThreadId | CommentId
  readonly label: string
  readonly hint: string
  readonly send: string
  /** The buttons are there from the beginning, not only once something was typed. */
  readonly eager?: boolean
  /** Changes each time the field should take the keyboard; 0 for not. */
  readonly turn: number
  readonly onSend: (text: string) => void
  readonly onCancel: () => void
  /** The keyboard wants to go back to the cell. */
  readonly onLeave: () => void
}

/** Where a comment is typed. Enter sends; an @ offers the people who can be mentioned. */
export function CommentField(props: CommentFieldProps): JSX.Element {
  const { name, label, hint, send, eager = false, turn, onSend, onCancel, onLeave } = props
  const { comments } = useNotebook()
  const [text, setText] = useState(() => comments.textOf(name))
  const area = useRef<HTMLTextAreaElement>(null)
  const change = (next: string): void => {
    setText(next)
    comments.typed(name, next)
  }
  const mention = useMention(area, change)
  const tooLong = isTooLong(text)
  const ready = text.trim() !== "" && !tooLong
  useGrowing(area, text)
  // With the field's first drawing: keys that are typed between its forerunner's end and its own focus would be lost.
  useLayoutEffect(() => {
    if (turn === 0) return
    area.current?.focus({ preventScroll: true })
    area.current?.setSelectionRange(area.current.value.length, area.current.value.length)
  }, [turn])
  const submit = (): void => {
    if (!ready) return
    change("")
    onSend(text.trim())
  }
  const onKey = (event: KeyboardEvent): void => {
    if (event.nativeEvent.isComposing || mention.onKey(event)) return
    if (event.key === "Enter" && !event.shiftKey && !event.altKey) {
      event.preventDefault()
      submit()
    } else if (event.key === "Escape") onLeave()
    else return
    event.stopPropagation()
  }
  return (
    <div className="m-field">
      <textarea ref={area} className="m-area" rows={1} aria-label={label} placeholder={hint} value={text}
        title={t("comment.keys")} aria-invalid={tooLong} {...mention.area}
        onChange={(event) => {
          change(event.target.value)
          mention.look(event.target)
        }} onSelect={(event) => mention.look(event.currentTarget)} onKeyDown={onKey} onBlur={mention.close} />
      {mention.list}
      {tooLong && <p className="m-wrong" role="alert">{t("comment.too_long")}</p>}
      {(eager || text !== "") && (
        <div className="m-field-foot">
          <Button variant="plain" size="small" onPress={() => {
            change("")
            onCancel()
          }}>{t("action.cancel")}</Button>
          <Button variant="primary" size="small" isDisabled={!ready} onPress={submit}>{send}</Button>
        </div>
      )}
    </div>
  )
}

/** As high as its text. */
function useGrowing(area: RefObject<HTMLTextAreaElement | null>, text: string): void {
  useLayoutEffect(() => {
    const element = area.current
    if (!element) return
    element.style.height = "auto"
    element.style.height = `${element.scrollHeight + element.offsetHeight - element.clientHeight}px`
  }, [area, text])
}

interface Mention {
  /** For the text area: what is offered, for screen readers. */
  readonly area: JSX.IntrinsicElements["textarea"]
  readonly list: JSX.Element | null
  readonly look: (area: HTMLTextAreaElement) => void
  readonly close: () => void
  /** Whether the key was for the list. */
  readonly onKey: (event: KeyboardEvent) => boolean
}

function useMention(area: RefObject<HTMLTextAreaElement | null>, change: (text: string) => void): Mention {
  const { comments, session } = useNotebook()
  const me = useSession(session, (view) => view.user?.email ?? "")
  const [typing, setTyping] = useState<MentionTyping | null>(null)
  const [people, setPeople] = useState<readonly Addressee[]>([])
  const [at, setAt] = useState(0)
  const id = useId()
  const others = people.filter(({ email }) => email !== me)
  const offered = typing ? suggestions(others, typing.query) : []
  const chosen = Math.min(at, offered.length - 1)

  const look = ({ value, selectionStart, selectionEnd }: HTMLTextAreaElement): void => {
    const next = selectionStart === selectionEnd ? mentionAt(value, selectionStart) : null
    if (next?.from === typing?.from && next?.query === typing?.query) return
    setTyping(next)
    setAt(0)
    if (next && !typing) void comments.addressees().then(setPeople)
  }
  const pick = ({ email }: Addressee): void => {
    const element = area.current
    if (!element || !typing) return
    const done = completeMention(element.value, element.selectionStart, typing, email)
    // At once, and the cursor behind it: React sets that to the end, and the next key must not land there.
    flushSync(() => {
      change(done.text)
      setTyping(null)
    })
    element.setSelectionRange(done.cursor, done.cursor)
  }
  const onKey = (event: KeyboardEvent): boolean => {
    const person = offered[chosen]
    if (!person) return false
    switch (event.key) {
      case "ArrowDown": setAt((chosen + 1) % offered.length); break
      case "ArrowUp": setAt((chosen + offered.length - 1) % offered.length); break
      case "Enter":
      case "Tab": pick(person); break
      case "Escape": setTyping(null); break
      default: return false
    }
    event.preventDefault()
    event.stopPropagation()
    return true
  }
  const isOpen = offered.length > 0
  return {
    look, onKey, close: () => setTyping(null),
    area: isOpen ? {
      "aria-autocomplete": "list", "aria-controls": id, "aria-activedescendant": `${id}-${chosen}`,
    } : { "aria-autocomplete": "list" },
    list: isOpen ? (
      <ul id={id} className="m-people" role="listbox" aria-label={t("comment.mention")}>
        {offered.map((person, i) => (
          <li key={person.email} id={`${id}-${i}`} role="option" aria-selected={i === chosen}
            onMouseDown={(event) => {
              event.preventDefault() // The text keeps the keyboard.
              pick(person)
            }} onMouseMove={() => setAt(i)}>
            <Badge person={person} />
            <span className="m-people-who"><span>{person.name}</span><small>{person.email}</small></span>
          </li>
        ))}
      </ul>
    ) : null,
  }
}

function Badge({ person: { name, email } }: { readonly person: Addressee }): JSX.Element {
  const { session } = useNotebook()
  const here = session.view.people.find((person) => person.name === name)
  return <PersonBadge small name={name || email} color={here ? colorOf(session.view.people, here.user) : email.length} />
}
