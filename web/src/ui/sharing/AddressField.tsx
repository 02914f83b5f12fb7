import type { ClipboardEvent, JSX, KeyboardEvent } from "react"
import { Button as AriaButton, Tag, TagGroup, TagList } from "react-aria-components"
import { t } from "../../words/words"
import { Icon } from "../icons"
import { TextField } from "../TextField"
import { joined, readAddresses } from "./addresses"

/** Addresses that stand, and what is being typed. */
export interface AddressDraft {
  readonly addresses: readonly string[]
  readonly typed: string
}

interface AddressFieldProps {
  readonly draft: AddressDraft
  readonly error: string | undefined
  readonly onChange: (draft: AddressDraft) => void
}

/** What is typed becomes addresses as far as it is some; the rest stays to be mended. */
export function settled({ addresses, typed }: AddressDraft): AddressDraft {
  const { good, bad } = readAddresses(typed)
  return { addresses: joined(addresses, good), typed: bad.join(", ") }
}

const ends: ReadonlySet<string> = new Set(["Enter", ",", ";", " "])

/** Several e-mail addresses: each stands as a tag once it is complete. */
export function AddressField({ draft, error, onChange }: AddressFieldProps): JSX.Element {
  const { addresses, typed } = draft
  const press = (event: KeyboardEvent): void => {
    if (event.nativeEvent.isComposing) return
    if (ends.has(event.key) && readAddresses(typed).good.length > 0) {
      event.preventDefault()
      onChange(settled(draft))
    } else if (event.key === "Backspace" && typed === "" && addresses.length > 0) {
      onChange({ addresses: addresses.slice(0, -1), typed: "" })
    }
  }
  const paste = (event: ClipboardEvent): void => {
    const text = event.clipboardData.getData("text/plain")
    if (readAddresses(text).good.length === 0) return
    event.preventDefault()
    onChange(settled({ addresses, typed: `${typed} ${text}` }))
  }
  return (
    <div className="s-addresses" onKeyDown={(event) => {
      if (event.target instanceof HTMLInputElement) press(event)
    }} onPaste={paste}>
      {addresses.length > 0 && (
        <TagGroup aria-label={t("share.to")} onRemove={(gone) =>
          onChange({ addresses: addresses.filter((address) => !gone.has(address)), typed })}>
          <TagList className="s-tags">
            {addresses.map((address) => (
              <Tag key={address} id={address} textValue={address} className="s-tag">
                <span>{address}</span>
                <AriaButton slot="remove" className="s-tag-remove" aria-label={t("share.take_out", { email: address })}>
                  <Icon name="close" size={14} />
                </AriaButton>
              </Tag>
            ))}
          </TagList>
        </TagGroup>
      )}
      <TextField label={t("share.add")} type="text" inputMode="email" autoComplete="off" spellCheck="false" autoFocus
        placeholder={addresses.length === 0 ? "ada@example.org, bob@example.org" : ""}
        value={typed} error={error} onChange={(next) => onChange({ addresses, typed: next })}
        onBlur={(event) => {
          // A button of the same form must not move away under the finger; the form settles by itself.
          const form = event.target.closest("form")
          if (!form?.contains(event.relatedTarget)) onChange(settled(draft))
        }} />
    </div>
  )
}
