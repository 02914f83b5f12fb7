/** Boxes to tick, and one of several to choose. */
import type { JSX } from "react"
import {
  CheckboxButton, CheckboxField, CheckboxGroup, Label, RadioButton, RadioField, RadioGroup,
} from "react-aria-components"
import { Icon } from "./icons"

interface TickProps {
  readonly label: string
  /** Of a box in a TickGroup. */
  readonly value?: string
  readonly isSelected?: boolean
  readonly isDisabled?: boolean
  readonly onChange?: (selected: boolean) => void
}

export function Tick({ label, ...rest }: TickProps): JSX.Element {
  return (
    <CheckboxField {...rest}>
      <CheckboxButton className="c-check">
        <span className="c-check-box"><Icon name="check" size={14} /></span>{label}
      </CheckboxButton>
    </CheckboxField>
  )
}

export interface Option {
  readonly id: string
  readonly label: string
}

interface GroupProps<Chosen> {
  readonly label: string
  readonly options: readonly Option[]
  readonly chosen: Chosen
  readonly onChange: (chosen: Chosen) => void
}

/** Any number of them. */
export function TickGroup({ label, options, chosen, onChange }: GroupProps<readonly string[]>): JSX.Element {
  return (
    <CheckboxGroup className="c-choices" value={[...chosen]} onChange={onChange}>
      <Label className="c-field-label">{label}</Label>
      {options.map(({ id, label: words }) => <Tick key={id} value={id} label={words} />)}
    </CheckboxGroup>
  )
}

/** One of them. */
export function OneOf({ label, options, chosen, onChange }: GroupProps<string>): JSX.Element {
  return (
    <RadioGroup className="c-choices c-choices-row" value={chosen} onChange={onChange}>
      <Label className="c-field-label">{label}</Label>
      {options.map(({ id, label: words }) => (
        <RadioField key={id} value={id}>
          <RadioButton className="c-check"><span className="c-check-dot" />{words}</RadioButton>
        </RadioField>
      ))}
    </RadioGroup>
  )
}
