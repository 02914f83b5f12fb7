/** The mention of somebody while it is typed, and who may be meant. */

/** Somebody who can be mentioned. */
export interface Addressee {
  readonly name: string
  readonly email: string
}

export interface MentionTyping {
  /** Where the sign before the address stands. */
  readonly from: number
  readonly query: string
}

const typed = /(?<![\w.%+@-])([@+])((?:[^\s@,;:()<>]{1,64}(?:@[a-z0-9.-]{0,64})?)?)$/i
const most = 6

/** What stands before the cursor when that is the beginning of a mention. A lone plus is none. */
export function mentionAt(text: string, cursor: number): MentionTyping | null {
  const match = typed.exec(text.slice(0, cursor))
  const query = match?.[2] ?? ""
  if (!match || (match[1] === "+" && query === "")) return null
  return { from: match.index, query }
}

/** Those whose name or address begins so, before those where only a later word does. */
export function suggestions(people: readonly Addressee[], query: string): readonly Addressee[] {
  const wanted = query.toLowerCase()
  const rank = ({ name, email }: Addressee): number => {
    const words = [name, email].map((word) => word.toLowerCase())
    if (words.includes(wanted) && wanted !== "") return 9 // Nothing is left to complete.
    if (words.some((word) => word.startsWith(wanted))) return 0
    return words.flatMap((word) => word.split(/[\s@._-]+/)).some((word) => word.startsWith(wanted)) ? 1 : 9
  }
  return people.map((person) => ({ person, at: rank(person) })).filter(({ at }) => at < 9)
    .sort((a, b) => a.at - b.at).slice(0, most).map(({ person }) => person)
}

/** The text with the mention completed, and where the cursor is then. */
export function completeMention(
  text: string, cursor: number, { from }: MentionTyping, email: string,
): { readonly text: string; readonly cursor: number } {
  const mention = `@${email}`
  const rest = text.slice(cursor)
  const space = /^\s/.test(rest) ? "" : " "
  return { text: text.slice(0, from) + mention + space + rest, cursor: from + mention.length + 1 }
}
