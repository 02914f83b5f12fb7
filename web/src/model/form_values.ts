/** The words of form comments, and Python literals as a person edits them. Pure. */

/** One thing to choose: its text, and whether it was written in quotes. */
export interface Word {
  readonly text: string
  readonly quoted: boolean
}

const escapes: Readonly<Record<string, string>> = { n: "\n", r: "\r", t: "\t", "\n": "" }

/** A string literal's text; null when `code` is none, or one that a field cannot show as it is. */
export function unquoted(code: string): string | null {
  const match = /^([rRuU]?)(["'])([\s\S]*)\2$/.exec(code)
  if (!match) return null
  const [, prefix = "", quote = "", body = ""] = match
  if (quote !== "" && body.startsWith(quote)) return null // Three quotes.
  const raw = prefix.toLowerCase() === "r"
  let text = ""
  for (let at = 0; at < body.length; at += 1) {
    const here = body[at] ?? ""
    if (here === quote) return null // Two strings side by side.
    if (here !== "\\" || raw) {
      text += here
      continue
    }
    at += 1
    const next = body[at]
    if (next === undefined) return null
    if (/[xuUN0-7abfv]/.test(next)) return null
    text += next in escapes ? escapes[next] ?? "" : "\\'\"".includes(next) ? next : `\\${next}`
  }
  return text
}

/** `text` as a literal, in the quotes of `like`. */
export function quotedLike(text: string, like: string): string {
  const match = /^([rR]?)(["'])/.exec(like)
  const quote = match?.[2] ?? '"'
  const prefix = match?.[1] ?? ""
  if (prefix !== "" && !text.includes(quote) && !/[\n\r]/.test(text) && !text.endsWith("\\")) return prefix + quote + text + quote
  const body = text.replace(/\\/g, "\\\\").replaceAll(quote, `\\${quote}`)
    .replace(/\n/g, "\\n").replace(/\r/g, "\\r").replace(/\t/g, "\\t")
  return quote + body + quote
}

class Reader {
  at = 0

  constructor(readonly text: string) {}

  space(): void {
    while (/\s/.test(this.text[this.at] ?? "")) this.at += 1
  }

  take(sign: string): boolean {
    this.space()
    if (this.text[this.at] !== sign) return false
    this.at += 1
    return true
  }

  /** A string in either quotes, or what stands up to one of `ends`. */
  word(ends: string): Word | null {
    this.space()
    const quote = this.text[this.at]
    const start = this.at
    if (quote === '"' || quote === "'") {
      this.at += 1
      while (this.at < this.text.length && this.text[this.at] !== quote) this.at += this.text[this.at] === "\\" ? 2 : 1
      if (this.at >= this.text.length) return null
      this.at += 1
      const text = unquoted(this.text.slice(start, this.at))
      return text === null ? null : { text, quoted: true }
    }
    while (this.at < this.text.length && !ends.includes(this.text[this.at] ?? "")) this.at += 1
    const text = this.text.slice(start, this.at).trim()
    return text === "" ? null : { text, quoted: false }
  }
}

/** `["a", 'b', 3]`. */
function list(reader: Reader): readonly Word[] | null {
  const words: Word[] = []
  if (!reader.take("[")) return null
  while (!reader.take("]")) {
    if (words.length > 0 && !reader.take(",")) return null
    if (reader.take("]")) return words
    const word = reader.word(",]")
    if (!word) return null
    words.push(word)
  }
  return words
}

/** `{type:"slider", "min":0}`. */
function object(reader: Reader): ReadonlyMap<string, string> | null {
  const members = new Map<string, string>()
  if (!reader.take("{")) return null
  while (!reader.take("}")) {
    if (members.size > 0 && !reader.take(",")) return null
    if (reader.take("}")) return members
    const key = reader.word(":,}")
    if (!key || !reader.take(":")) return null
    const value = reader.word(",}")
    if (!value) return null
    members.set(key.text, value.text)
  }
  return members
}

export interface Described {
  readonly choices: readonly Word[] | null
  readonly options: ReadonlyMap<string, string>
}

/** What stands behind `#@param`; null when it is none of it. */
export function describe(text: string): Described | null {
  const reader = new Reader(text)
  reader.space()
  const hasList = text[reader.at] === "["
  const choices = hasList ? list(reader) : null
  if (hasList && !choices) return null
  reader.space()
  const options = text[reader.at] === "{" ? object(reader) : new Map<string, string>()
  reader.space()
  return options && reader.at >= text.length ? { choices, options } : null
}

/** Words with options in braces at their end. */
export function titleAndOptions(text: string): { readonly title: string; readonly options: ReadonlyMap<string, string> } {
  const at = text.lastIndexOf("{")
  const options = at < 0 ? null : describe(text.slice(at))?.options
  return options ? { title: text.slice(0, at).trim(), options } : { title: text.trim(), options: new Map() }
}
