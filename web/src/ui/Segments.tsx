import "./segments.css"
import type { JSX } from "react"
import { ToggleButton, ToggleButtonGroup } from "react-aria-components"

interface SegmentsProps<Id extends string> {
  readonly label: string
  readonly options: readonly { readonly id: Id; readonly label: string }[]
  readonly chosen: Id
  readonly onChange: (chosen: Id) => void
}

/** One of a few, side by side in one box. */
export function Segments<Id extends string>({ label, options, chosen, onChange }: SegmentsProps<Id>): JSX.Element {
  return (
    <div className="c-segments">
      <span className="c-segments-label" aria-hidden="true">{label}</span>
      <ToggleButtonGroup className="c-segments-box" aria-label={label} selectionMode="single" disallowEmptySelection
        selectedKeys={[chosen]} onSelectionChange={(keys) => {
          const found = options.find(({ id }) => keys.has(id))
          if (found) onChange(found.id)
        }}>
        {options.map(({ id, label: words }) =>
          <ToggleButton key={id} id={id} className="c-segment">{words}</ToggleButton>)}
      </ToggleButtonGroup>
    </div>
  )
}
