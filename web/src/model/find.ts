/** Finding and replacing in texts. Pure. */

export interface Query {
  readonly text: string
  readonly matchCase: boolean
  readonly wholeWord: boolean
  readonly regex: boolean
}

export interface Span {
  readonly from: number
  readonly to: number
}

/** What is looked for; null for nothing, and "invalid" when the regular expression is none. */
export function patternOf({ text, matchCase, wholeWord, regex }: Query): RegExp | "invalid" | null {
  if (text === "") return null
  const source = regex ? text : text.replace(/[\\^$.*+?()[\]{}|/-]/g, (sign) => sign === "-" ? "\\x2d" : `\\${sign}`)
  const whole = wholeWord ? `(?<![\\p{L}\\p{N}_])(?:${source})(?![\\p{L}\\p{N}_])` : source
  try {
    return new RegExp(whole, `gmu${matchCase ? "" : "i"}`)
  } catch {
    return "invalid"
  }
}

/** The places in `text`, at most `most`; what matches nothing at all is none. */
export function spansIn(text: string, pattern: RegExp, most = 10_000): readonly Span[] {
  const spans: Span[] = []
  for (const match of text.matchAll(pattern)) {
    if (match[0] !== "") spans.push({ from: match.index, to: match.index + match[0].length })
    if (spans.length >= most) break
  }
  return spans
}

/** What stands at `span` afterwards; in that of a regular expression `$1`, `$&` and `$<name>` are what was found. */
export function replacementAt(text: string, span: Span, pattern: RegExp, replacement: string, regex: boolean): string {
  if (!regex) return replacement
  const at = new RegExp(pattern.source, pattern.flags)
  at.lastIndex = span.from
  const match = at.exec(text)
  if (match?.index !== span.from) return replacement
  return replacement.replace(/\$(?:(\$)|(&)|(\d{1,2})|<([^>]+)>)/g,
    (whole, dollar?: string, all?: string, number?: string, name?: string) => {
      if (dollar !== undefined) return "$"
      if (all !== undefined) return match[0]
      if (number !== undefined) return Number(number) < match.length ? match[Number(number)] ?? "" : whole
      return name !== undefined && match.groups && name in match.groups ? match.groups[name] ?? "" : whole
    })
}
