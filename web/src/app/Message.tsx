import type { JSX, ReactNode } from "react"
import { Logo } from "../ui/icons"

interface MessageProps {
  readonly title: string
  readonly text?: string
  readonly children?: ReactNode
}

/** A whole page that says one thing and what one can do about it. */
export function Message({ title, text, children }: MessageProps): JSX.Element {
  return (
    <main className="a-message">
      <Logo size={44} />
      {title !== "" && <h1>{title}</h1>}
      {text !== undefined && text !== "" && <p>{text}</p>}
      <div className="a-message-actions">{children}</div>
    </main>
  )
}
