import { useState, type JSX } from "react"
import {
  FieldError, Input, Label, Text, TextField as AriaTextField, type TextFieldProps as AriaProps,
} from "react-aria-components"
import { t } from "../words/words"
import { IconButton } from "./Button"

interface TextFieldProps extends Omit<AriaProps, "className" | "children" | "isInvalid" | "type"> {
  readonly label: string
  readonly type?: "text" | "email" | "password" | "search"
  readonly description?: string
  /** What is wrong with the value, in words; it turns the field red. */
  readonly error?: string | undefined
  readonly placeholder?: string
  readonly className?: string
  /** The label is for screen readers only. */
  readonly hideLabel?: boolean
}

/** A labelled line of text. A password can be looked at while it is typed. */
export function TextField({
  label, type = "text", description, error, placeholder, className = "", hideLabel = false, ...rest
}: TextFieldProps): JSX.Element {
  const [shown, setShown] = useState(false)
  return (
    <AriaTextField {...rest} type={shown ? "text" : type} isInvalid={error !== undefined}
      className={`c-field ${className}`}>
      <Label className={hideLabel ? "c-visually-hidden" : "c-field-label"}>{label}</Label>
      <div className="c-field-box">
        <Input className="c-input" {...(placeholder === undefined ? {} : { placeholder })} />
        {type === "password" &&
          <IconButton icon={shown ? "eye_off" : "eye"} size={18} className="c-field-eye"
            label={t(shown ? "field.hide_password" : "field.show_password")}
            onPress={() => setShown(!shown)} />}
      </div>
      {description !== undefined && error === undefined &&
        <Text slot="description" className="c-field-hint">{description}</Text>}
      <FieldError className="c-field-error">{error}</FieldError>
    </AriaTextField>
  )
}
