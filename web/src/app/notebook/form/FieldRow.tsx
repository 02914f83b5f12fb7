import { useId, useState, type JSX } from "react"
import type { Field } from "../../../model/form"

interface FieldRowProps {
  readonly field: Field
  readonly readOnly: boolean
  /** Whether the value could be taken. */
  readonly onChange: (value: string) => boolean
}

/** One field of a form with its name. */
export function FieldRow({ field, readOnly, onChange }: FieldRowProps): JSX.Element {
  const id = useId()
  const { draft, setDraft, commit } = useDraft(field.value, onChange)
  const common = { id, disabled: readOnly, className: "n-form-input" }
  const written = {
    ...common, value: draft, onBlur: () => commit(draft),
    onChange: (event: { readonly target: { readonly value: string } }) => setDraft(event.target.value),
    onKeyDown: (event: { readonly key: string; readonly nativeEvent: { readonly isComposing: boolean } }) => {
      if (event.key === "Enter" && !event.nativeEvent.isComposing) commit(draft)
      else if (event.key === "Escape") setDraft(field.value)
    },
  }
  return (
    <div className={`n-form-field n-form-${field.type}`}>
      <label htmlFor={id}>{field.name}:</label>
      {field.type === "boolean" ? (
        <input {...common} className="n-form-check" type="checkbox" checked={field.value === "True"}
          onChange={(event) => onChange(event.target.checked ? "True" : "False")} />
      ) : field.type === "slider" ? (
        <span className="n-form-slide">
          <input {...common} className="n-form-range" type="range" min={field.min} max={field.max} step={field.step}
            value={draft} onChange={(event) => setDraft(event.target.value)} onPointerUp={() => commit(draft)}
            onKeyUp={() => commit(draft)} onBlur={() => commit(draft)} />
          <output htmlFor={id}>{draft}</output>
        </span>
      ) : field.type === "choice" && !field.takesOther ? (
        <select {...common} value={field.value} onChange={(event) => onChange(event.target.value)}>
          {(field.choices.includes(field.value) ? field.choices : [field.value, ...field.choices]).map((choice) =>
            <option key={choice} value={choice}>{choice}</option>)}
        </select>
      ) : field.type === "choice" ? (
        <>
          <input {...written} type="text" list={`${id} words`} placeholder={field.placeholder} />
          <datalist id={`${id} words`}>{field.choices.map((choice) => <option key={choice} value={choice} />)}</datalist>
        </>
      ) : field.type === "date" ? (
        <input {...common} type="date" value={draft} onChange={(event) => {
          setDraft(event.target.value)
          if (event.target.value !== "") commit(event.target.value)
        }} />
      ) : (
        <input {...written} type={field.type === "number" || field.type === "integer" ? "number" : "text"}
          step={field.type === "integer" ? 1 : "any"} placeholder={field.placeholder} spellCheck={false} autoComplete="off" />
      )}
    </div>
  )
}

interface Draft {
  readonly draft: string
  readonly setDraft: (draft: string) => void
  readonly commit: (draft: string) => void
}

/** What is being written, until it is the field's value; what somebody else writes into the source comes in at once. */
function useDraft(value: string, onChange: (value: string) => boolean): Draft {
  const [draft, setDraft] = useState(value)
  const [seen, setSeen] = useState(value)
  if (seen !== value) {
    setSeen(value)
    setDraft(value)
  }
  return {
    draft, setDraft,
    commit: (next) => {
      if (next !== value && !onChange(next)) setDraft(value)
    },
  }
}
