/** Python source cut into lines, with where each line's comment begins: never inside a string. Pure. */

export interface CodeLine {
  /** Where the line begins in the source. */
  readonly from: number
  readonly text: string
  /** Where in the line its comment begins; -1 for none, or when the line is inside of a string. */
  readonly comment: number
}

/** A comment's beginning in `text`, and the quotes that are still open at its end. */
function scan(text: string, open: string): { readonly comment: number; readonly open: string } {
  let quote = open
  for (let at = 0; at < text.length; at += 1) {
    const here = text[at] ?? ""
    if (quote !== "") {
      if (here === "\\") at += 1
      else if (text.startsWith(quote, at)) {
        at += quote.length - 1
        quote = ""
      }
      continue
    }
    if (here === "#") return { comment: at, open: "" }
    if (here !== "'" && here !== '"') continue
    quote = text.startsWith(here.repeat(3), at) ? here.repeat(3) : here
    at += quote.length - 1
  }
  // A string in single quotes ends with its line, finished or not.
  return { comment: -1, open: quote.length === 3 ? quote : "" }
}

export function codeLines(source: string): readonly CodeLine[] {
  let from = 0
  let open = ""
  return source.split("\n").map((text) => {
    const inside = open !== ""
    const found = scan(text, open)
    open = found.open
    const line = { from, text, comment: inside ? -1 : found.comment }
    from += text.length + 1
    return line
  })
}
