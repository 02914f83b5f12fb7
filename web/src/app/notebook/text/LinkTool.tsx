import { useState, type JSX, type SyntheticEvent } from "react"
import { Button as AriaButton, Dialog, DialogTrigger, Popover } from "react-aria-components"
import { Button } from "../../../ui/Button"
import { Icon } from "../../../ui/icons"
import { TextField } from "../../../ui/TextField"
import { t } from "../../../words/words"

interface LinkToolProps {
  /** What is selected when it opens. */
  readonly selected: () => string
  readonly onInsert: (markdown: string) => void
}

const isAddress = (text: string): boolean => /^(?:https?:\/\/|mailto:|#)\S+$/.test(text.trim())

/** Signs that would end a link are written so that they don't. */
export const linkOf = (text: string, address: string): string =>
  `[${text.replace(/[\\[\]]/g, "\\$&")}](${/[\s()<>]/.test(address) ? `<${address.replace(/[<>]/g, encodeURIComponent)}>` : address})`

/** Asks for the words of a link and where it leads. */
export function LinkTool({ selected, onInsert }: LinkToolProps): JSX.Element {
  return (
    <DialogTrigger>
      <AriaButton className="n-text-tool" aria-label={t("text.link")}><Icon name="link" size={18} /></AriaButton>
      <Popover className="c-popover">
        <Dialog className="n-text-link" aria-label={t("text.link")}>
          {({ close }) => <Fields selected={selected()} onDone={(markdown) => {
            onInsert(markdown)
            close()
          }} />}
        </Dialog>
      </Popover>
    </DialogTrigger>
  )
}

function Fields({ selected, onDone }: { readonly selected: string; readonly onDone: (markdown: string) => void }): JSX.Element {
  const [text, setText] = useState(isAddress(selected) ? "" : selected)
  const [address, setAddress] = useState(isAddress(selected) ? selected.trim() : "")
  const insert = (event: SyntheticEvent): void => {
    event.preventDefault()
    const to = address.trim()
    // What looks like the name of a place on the web is one.
    if (to !== "") onDone(linkOf(text.trim() || to, /^[\w-]+(?:\.[\w-]+)+(?:[/?#].*)?$/.test(to) ? `https://${to}` : to))
  }
  return (
    <form onSubmit={insert}>
      <TextField label={t("text.link_words")} value={text} onChange={setText} autoFocus={text === ""} />
      <TextField label={t("text.link_address")} value={address} onChange={setAddress} autoFocus={text !== ""} placeholder="https://" />
      <Button type="submit" size="small" isDisabled={address.trim() === ""}>{t("text.link_insert")}</Button>
    </form>
  )
}
