import { useState, type JSX } from "react"
import { TextArea, TextField as AriaTextField, Label } from "react-aria-components"
import type { GivenRole } from "../../wire/sharing"
import { t } from "../../words/words"
import { FormError, useSubmit } from "../account/forms"
import { Button } from "../Button"
import { Tick } from "../Choice"
import { AddressField, settled, type AddressDraft } from "./AddressField"
import { RolePick } from "./RolePick"

export interface ShareDraft extends AddressDraft {
  readonly role: GivenRole
  readonly message: string
  readonly notify: boolean
}

export const noShareDraft: ShareDraft = { addresses: [], typed: "", role: "viewer", message: "", notify: true }

export const isBegun = (draft: ShareDraft): boolean => draft.addresses.length > 0 || draft.typed.trim() !== ""

/** The server takes no more at once, and no longer letter. */
const mostAtOnce = 50
const longestMessage = 2000
const bytesOf = (text: string): number => new TextEncoder().encode(text).length

interface AddPeopleProps {
  readonly draft: ShareDraft
  /** Letters can be sent. */
  readonly mail: boolean
  readonly onDraft: (draft: ShareDraft) => void
  /** Resolves to null when they have access, else to the words that say why not. */
  readonly onShare: (draft: ShareDraft) => Promise<string | null>
}

/** Who is to have access from now on, and what they are told. */
export function AddPeople({ draft, mail, onDraft, onShare }: AddPeopleProps): JSX.Element {
  const [problem, setProblem] = useState<string | undefined>(undefined)
  const form = useSubmit(() => {
    const ready = { ...draft, ...settled(draft) }
    const { addresses, typed } = ready
    const found = typed !== "" ? t("share.no_address", { text: typed })
      : addresses.length === 0 ? t("form.email_invalid")
        : addresses.length > mostAtOnce ? t("share.too_many", { most: mostAtOnce }) : undefined
    onDraft(ready)
    setProblem(found)
    return found === undefined ? () => onShare(ready) : null
  })
  const tooLong = bytesOf(draft.message) > longestMessage
  const begun = isBegun(draft)
  return (
    <form className="s-add" noValidate onSubmit={form.onSubmit}>
      <div className="s-add-line">
        <AddressField draft={draft} error={problem} onChange={(next) => {
          setProblem(undefined)
          onDraft({ ...draft, ...next })
        }} />
        {begun && <RolePick label={t("share.role")} role={draft.role} onRole={(role) => onDraft({ ...draft, role })} />}
      </div>
      {begun && mail && (
        <>
          <Tick label={t("share.notify")} isSelected={draft.notify} onChange={(notify) => onDraft({ ...draft, notify })} />
          {draft.notify && (
            <AriaTextField className="c-field" value={draft.message} isInvalid={tooLong}
              onChange={(message) => onDraft({ ...draft, message })}>
              <Label className="c-field-label">{t("share.message")}</Label>
              <TextArea className="c-input s-message" rows={3} />
              {tooLong && <span className="c-field-error" role="alert">{t("share.message_long")}</span>}
            </AriaTextField>
          )}
        </>
      )}
      {begun && !mail && <p className="c-hint">{t("share.no_mail")}</p>}
      {form.refused !== null && <FormError>{form.refused}</FormError>}
      {begun && (
        <div className="c-form-row">
          <Button variant="plain" onPress={() => {
            setProblem(undefined)
            onDraft(noShareDraft)
          }}>{t("action.cancel")}</Button>
          <Button variant="primary" type="submit" pending={form.pending} isDisabled={tooLong}>
            {t(mail && draft.notify ? "share.send" : "share.submit")}
          </Button>
        </div>
      )}
    </form>
  )
}
