/** What the toolbar of a text cell does to its Markdown. Pure. */

export type MarkdownAction =
  | "heading" | "bold" | "italic" | "code" | "link" | "image" | "quote" | "numbers" | "bullets" | "tasks" | "rule" | "formula"

export interface MarkdownEdit {
  readonly changes: { readonly from: number; readonly to: number; readonly insert: string }
  readonly selection: { readonly anchor: number; readonly head: number }
}

/** Of the text between `from` and `to`; what a mark is around already loses it. */
export function editMarkdown(text: string, from: number, to: number, action: MarkdownAction): MarkdownEdit {
  switch (action) {
    case "bold": return around(text, from, to, "**")
    case "italic": return around(text, from, to, "*")
    case "code": return text.slice(from, to).includes("\n") ? fenced(text, from, to) : around(text, from, to, "`")
    case "formula": return around(text, from, to, "$")
    case "link": return linked(text, from, to, "")
    case "image": return linked(text, from, to, "!")
    case "heading": return lines(text, from, to, nextHeading)
    case "quote": return lines(text, from, to, toggled(/^> ?/, () => "> "))
    case "bullets": return lines(text, from, to, toggled(/^[-*] (?!\[[ x]\])/, () => "- "))
    case "tasks": return lines(text, from, to, toggled(/^- \[[ x]\] /, () => "- [ ] "))
    case "numbers": return lines(text, from, to, toggled(/^\d+\. /, (at) => `${at + 1}. `))
    case "rule": {
      const before = from === 0 || text.slice(0, from).endsWith("\n\n") ? "" : text[from - 1] === "\n" ? "\n" : "\n\n"
      const insert = `${before}---\n\n`
      return { changes: { from, to, insert }, selection: { anchor: from + insert.length, head: from + insert.length } }
    }
  }
}

function around(text: string, from: number, to: number, mark: string): MarkdownEdit {
  const { length } = mark
  const chosen = text.slice(from, to)
  const isSingle = (at: number): boolean => mark !== "*" || text[at] !== "*"
  if (text.slice(from - length, from) === mark && text.slice(to, to + length) === mark && isSingle(from - length - 1)) {
    return {
      changes: { from: from - length, to: to + length, insert: chosen },
      selection: { anchor: from - length, head: to - length },
    }
  }
  return {
    changes: { from, to, insert: mark + chosen + mark }, selection: { anchor: from + length, head: to + length },
  }
}

function fenced(text: string, from: number, to: number): MarkdownEdit {
  const insert = `\`\`\`\n${text.slice(from, to)}\n\`\`\``
  return { changes: { from, to, insert }, selection: { anchor: from + 4, head: from + 4 + to - from } }
}

function linked(text: string, from: number, to: number, sign: string): MarkdownEdit {
  const words = text.slice(from, to)
  const isAddress = /^https?:\/\/\S+$/.test(words)
  const insert = isAddress ? `${sign}[](${words})` : `${sign}[${words}](https://)`
  const at = isAddress || words === "" ? from + sign.length + 1 : from + insert.length - 1
  return { changes: { from, to, insert }, selection: { anchor: at, head: at } }
}

/** Changes whole lines; afterwards they are what is selected. */
function lines(text: string, from: number, to: number, change: (lines: readonly string[]) => readonly string[]): MarkdownEdit {
  const start = text.lastIndexOf("\n", from - 1) + 1
  const end = text.indexOf("\n", to) < 0 ? text.length : text.indexOf("\n", to)
  const old = text.slice(start, end)
  const insert = change(old.split("\n")).join("\n")
  const isPoint = from === to
  const head = start + insert.length
  return { changes: { from: start, to: end, insert }, selection: { anchor: isPoint ? head : start, head } }
}

const toggled = (mark: RegExp, add: (at: number) => string) => (given: readonly string[]): readonly string[] =>
  given.every((line) => mark.test(line)) ? given.map((line) => line.replace(mark, ""))
    : given.map((line, at) => add(at) + line.replace(/^(?:- \[[ x]\] |[-*] |\d+\. )/, ""))

/** None, #, ##, ###, none. */
function nextHeading(given: readonly string[]): readonly string[] {
  const level = /^(#{1,6}) /.exec(given[0] ?? "")?.[1]?.length ?? 0
  const mark = level >= 3 ? "" : `${"#".repeat(level + 1)} `
  return given.map((line) => mark + line.replace(/^#{1,6} /, ""))
}

/** A name for an attachment, like none that there is and without signs that would end a link. */
export function attachmentName(wanted: string, taken: readonly string[]): string {
  const clean = wanted.replace(/[^\p{L}\p{N}._-]+/gu, "_").replace(/^_+|_+$/g, "").slice(-80) || "image.png"
  if (!taken.includes(clean)) return clean
  const dot = clean.lastIndexOf(".")
  const [stem, ending] = dot > 0 ? [clean.slice(0, dot), clean.slice(dot)] : [clean, ""]
  for (let number = 1; ; number += 1) {
    const name = `${stem}_${number}${ending}`
    if (!taken.includes(name)) return name
  }
}
