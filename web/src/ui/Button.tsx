import type { JSX, ReactNode } from "react"
import { Button as AriaButton, type ButtonProps as AriaButtonProps } from "react-aria-components"
import { Icon, type IconName } from "./icons"
import { Spinner } from "./Spinner"
import { Tooltip } from "./Tooltip"

interface ButtonProps extends Omit<AriaButtonProps, "className" | "children" | "isPending"> {
  /** `primary` once per view; `quiet` has a border; `plain` is only words. */
  readonly variant?: "primary" | "quiet" | "plain" | "danger"
  readonly size?: "small" | "normal"
  readonly icon?: IconName
  /** Shows that the press is being worked on, and takes no further one. */
  readonly pending?: boolean
  readonly className?: string
  readonly children: ReactNode
}

export function Button({
  variant = "quiet", size = "normal", icon, pending = false, className = "", children, ...rest
}: ButtonProps): JSX.Element {
  return (
    <AriaButton {...rest} isPending={pending}
      className={`c-button c-button-${variant} c-button-${size} ${className}`}>
      {pending ? <Spinner size={16} /> : icon && <Icon name={icon} size={size === "small" ? 16 : 18} />}
      <span className="c-button-words">{children}</span>
    </AriaButton>
  )
}

interface IconButtonProps extends Omit<AriaButtonProps, "className" | "children" | "aria-label"> {
  /** What it does, in words: read aloud and shown as its tooltip. */
  readonly label: string
  readonly icon: IconName
  readonly shortcut?: string
  readonly size?: number
  readonly danger?: boolean
  readonly className?: string
}

export function IconButton({
  label, icon, shortcut, size = 20, danger = false, className = "", ...rest
}: IconButtonProps): JSX.Element {
  return (
    <Tooltip text={label} shortcut={shortcut}>
      <AriaButton {...rest} aria-label={label}
        className={`c-icon-button ${danger ? "c-icon-button-danger" : ""} ${className}`}>
        <Icon name={icon} size={size} />
      </AriaButton>
    </Tooltip>
  )
}
