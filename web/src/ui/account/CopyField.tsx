import { useState, type JSX } from "react"
import { t } from "../../words/words"
import { Button } from "../Button"
import { TextField } from "../TextField"

/** A text to be copied: a link, a token. */
export function CopyField({ label, value }: { readonly label: string; readonly value: string }): JSX.Element {
  const [copied, setCopied] = useState(false)
  const copy = async (): Promise<void> => {
    try {
      await navigator.clipboard.writeText(value)
      setCopied(true)
    } catch {
      setCopied(false) // Not allowed here: it can be selected and copied by hand.
    }
  }
  return (
    <div className="c-copy">
      <TextField className="c-copy-field" label={label} hideLabel value={value} isReadOnly
        onFocus={(event) => {
          if (event.target instanceof HTMLInputElement) event.target.select()
        }} />
      <Button icon={copied ? "check" : "copy"} onPress={() => void copy()}>
        {t(copied ? "action.copied" : "action.copy")}
      </Button>
    </div>
  )
}
