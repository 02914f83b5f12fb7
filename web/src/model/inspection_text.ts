/**
 * What IPython tells about a name, in parts. How a value of a person's prints itself is left out: it is their program's to
 * say, and belongs into outputs.
 */

export interface Inspected {
  /** As it is called: "area(width, height)"; empty for what is not called. */
  readonly signature: string
  readonly type: string
  readonly documentation: string
  readonly source: string
  readonly file: string
}

const titles = [
  "Signature", "Call signature", "Init signature", "Type", "Base Class", "String form", "Namespace", "Length", "File", "Docstring",
  "Class docstring", "Init docstring", "Call docstring", "Source", "Subclasses", "Repr",
] as const

// eslint-disable-next-line no-control-regex -- terminal colours begin with the escape character
const colour = /\u001b\[[0-9;]*m/g
const title = new RegExp(`^(${titles.join("|")}):(?:\\s|$)`, "i")

/** `text` as an inspect_reply has it, colours and all; null when it is in no form that is known. */
export function readInspected(text: string): Inspected | null {
  const isColoured = text.includes("\u001b[")
  const parts = new Map<string, string[]>()
  let current: string[] | null = null
  for (const line of text.split("\n")) {
    const plain = line.replace(colour, "")
    // In colours only a title of IPython's is one, and not a line of the documentation that looks like it.
    const found = !isColoured || line.startsWith("\u001b[") ? title.exec(plain) : null
    const name = found?.[1]?.toLowerCase()
    if (name !== undefined && (isColoured || !parts.has(name))) {
      current = [plain.slice((found?.[0] ?? "").length)]
      parts.set(name, current)
    } else current?.push(plain)
  }
  if (parts.size === 0) return null
  const part = (...names: readonly string[]): string => {
    for (const name of names) {
      const lines = parts.get(name)
      if (lines) return lines.join("\n").trim()
    }
    return ""
  }
  const documentation = part("docstring", "class docstring", "call docstring", "init docstring")
  return {
    signature: part("signature", "init signature", "call signature").replace(/\s*\n\s*/g, " "),
    type: part("type"), source: part("source"), file: part("file"),
    documentation: documentation === "<no docstring>" ? "" : documentation,
  }
}

/** What a cell asks of IPython when it is nothing but `?name`, `name?` or `name??`; null when it is more. */
export function helpQuery(source: string): { readonly name: string; readonly detail: 0 | 1 } | null {
  const [, before = "", name = "", behind = ""] = /^\s*(\?{0,2})([^\W\d][\w.]*)(\?{0,2})\s*$/.exec(source) ?? []
  const marks = before + behind
  return name === "" || marks === "" || (before !== "" && behind !== "") ? null : { name, detail: marks === "??" ? 1 : 0 }
}
