import type { JSX } from "react"
import { partsOf } from "../../../model/mentions"

const address = /https?:\/\/[^\s<>"'`]+[^\s<>"'`.,;:!?)\]}]/g

/** What somebody wrote: mentions and addresses are links, all else is text and nothing but text. */
export function CommentText({ text }: { readonly text: string }): JSX.Element {
  return (
    <p className="m-text">
      {partsOf(text).map((part, i) => part.email === "" ? <Plain key={i} text={part.text} />
        : <a key={i} className="m-mention" href={`mailto:${part.email}`}>{part.text}</a>)}
    </p>
  )
}

function Plain({ text }: { readonly text: string }): JSX.Element {
  const pieces: JSX.Element[] = []
  let at = 0
  for (const match of text.matchAll(address)) {
    pieces.push(<span key={at}>{text.slice(at, match.index)}</span>)
    at = match.index + match[0].length
    pieces.push(
      <a key={at} href={match[0]} target="_blank" rel="noopener noreferrer">{match[0]}</a>)
  }
  return <>{pieces}{text.slice(at)}</>
}
