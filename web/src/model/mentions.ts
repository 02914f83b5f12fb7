/** Addresses mentioned in a comment, as the server finds them (src/document/comment.cpp). */

const mention = /(?<![\w.%+@-])[@+]([a-z0-9._%+-]+@[a-z0-9-]+(?:\.[a-z0-9-]+)*)/gi
const most = 20

export interface TextPart {
  readonly text: string
  /** The address in lower case when the part is a mention; else empty. */
  readonly email: string
}

/** The text cut into mentions and what is between them. */
export function partsOf(text: string): readonly TextPart[] {
  const parts: TextPart[] = []
  let at = 0
  for (const match of text.matchAll(mention)) {
    if (match.index > at) parts.push({ text: text.slice(at, match.index), email: "" })
    parts.push({ text: match[0], email: (match[1] ?? "").toLowerCase() })
    at = match.index + match[0].length
  }
  if (at < text.length) parts.push({ text: text.slice(at), email: "" })
  return parts
}

/** Each address once, in lower case. */
export function mentionsOf(text: string): readonly string[] {
  const emails = partsOf(text).map((part) => part.email).filter((email) => email !== "")
  return [...new Set(emails)].slice(0, most)
}
