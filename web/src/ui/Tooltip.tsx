import type { JSX, ReactElement } from "react"
import { OverlayArrow, Tooltip as AriaTooltip, TooltipTrigger } from "react-aria-components"

interface TooltipProps {
  readonly text: string
  readonly shortcut?: string | undefined
  readonly placement?: "top" | "right"
  /** A focusable react-aria element: a button or a link. */
  readonly children: ReactElement
}

/** Words that appear beside `children` on hover and keyboard focus. */
export function Tooltip({ text, shortcut, placement = "top", children }: TooltipProps): JSX.Element {
  return (
    <TooltipTrigger delay={500} closeDelay={100}>
      {children}
      <AriaTooltip className="c-tooltip" offset={6} placement={placement}>
        <OverlayArrow className="c-tooltip-arrow" />
        {text}
        {shortcut !== undefined && <kbd className="c-kbd">{shortcut}</kbd>}
      </AriaTooltip>
    </TooltipTrigger>
  )
}
