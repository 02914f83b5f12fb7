import type { JSX } from "react"

interface SpinnerProps {
  readonly size?: number
  /** Read aloud; without it the spinner is decoration beside other words. */
  readonly label?: string
}

export function Spinner({ size = 20, label }: SpinnerProps): JSX.Element {
  return (
    <svg className="c-spinner" width={size} height={size} viewBox="0 0 24 24" fill="none"
      {...(label === undefined ? { "aria-hidden": true } : { role: "img", "aria-label": label })}>
      <circle cx="12" cy="12" r="9" stroke="currentColor" strokeWidth="2.5" opacity=".22" />
      <path d="M21 12a9 9 0 0 0-9-9" stroke="currentColor" strokeWidth="2.5" strokeLinecap="round" />
    </svg>
  )
}
