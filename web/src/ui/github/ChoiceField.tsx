import { useId, type JSX } from "react"

interface ChoiceFieldProps {
  readonly label: string
  readonly options: readonly string[]
  readonly value: string
  readonly onChange: (value: string) => void
}

/** One of many names. */
export function ChoiceField({ label, options, value, onChange }: ChoiceFieldProps): JSX.Element {
  const id = useId()
  return (
    <div className="c-field">
      <label className="c-field-label" htmlFor={id}>{label}</label>
      <select id={id} className="g-select" value={value} onChange={(event) => onChange(event.target.value)}>
        {options.map((name) => <option key={name}>{name}</option>)}
      </select>
    </div>
  )
}
