/**
 * Colab's forms: comments `#@title`, `#@param`, `#@markdown` in a code cell's source make fields, and a field that is
 * changed rewrites the literal on its line. Pure.
 */
import { mayHaveForm } from "./form_mark"
import { viewOf, type CellView } from "./form_marks"
import { codeLines, type CodeLine } from "./form_lines"
import { describe, quotedLike, titleAndOptions, unquoted, type Word } from "./form_values"

export type FieldType = "string" | "raw" | "number" | "integer" | "slider" | "boolean" | "date" | "choice"

export interface Field {
  readonly kind: "field"
  /** Which line of the source. */
  readonly line: number
  readonly name: string
  readonly type: FieldType
  /** As a person reads it: a string without its quotes, a boolean as "True" or "False". */
  readonly value: string
  /** What to choose from; of a choice only. */
  readonly choices: readonly string[]
  /** A choice that takes other words too. */
  readonly takesOther: boolean
  readonly min: number
  readonly max: number
  readonly step: number
  readonly placeholder: string
}

export type FormItem = Field | { readonly kind: "markdown"; readonly line: number; readonly text: string }
export interface Form {
  /** Empty for none. */
  readonly title: string
  /** What the title says; null when it says nothing. */
  readonly view: CellView | null
  readonly runsItself: boolean
  readonly verticalOutput: boolean
  /** As CSS takes it; empty unless told. */
  readonly width: string
  readonly items: readonly FormItem[]
}

/** The form of a source; null when there is none. */
export function parseForm(source: string): Form | null {
  if (!mayHaveForm(source)) return null
  let title: ReturnType<typeof titleAndOptions> | null = null
  const items: FormItem[] = []
  for (const [number, line] of codeLines(source).entries()) {
    const comment = /^#[ \t]*@(title|param|markdown)\b[ \t]*(.*)$/.exec(line.comment < 0 ? "" : line.text.slice(line.comment))
    if (!comment) continue
    const [, what, rest = ""] = comment
    const alone = line.text.slice(0, line.comment).trim() === ""
    if (what === "title" && alone) title ??= titleAndOptions(rest)
    else if (what === "markdown" && alone) items.push({ kind: "markdown", line: number, text: rest })
    else if (what === "param") {
      const field = parseField(line, number, rest)
      if (field) items.push(field)
    }
  }
  if (!title && items.length === 0) return null
  const options = title?.options ?? new Map<string, string>()
  const width = options.get("form-width") ?? ""
  return {
    title: title?.title ?? "", view: viewOf(options.get("display-mode")), runsItself: options.get("run") === "auto",
    verticalOutput: options.get("vertical-output") === "true",
    width: /^\d{1,4}(?:\.\d+)?(?:%|px|em|ch)$/.test(width) ? width : "", items,
  }
}

/** The line's beginning up to its value. */
const assignment = /^\s*([A-Za-z_\u0080-\uffff][\w.\u0080-\uffff]*)\s*(?::[^=]*)?=(?!=)\s*/

interface Parts {
  readonly name: string
  /** Of the value's code within the line. */
  readonly from: number
  readonly code: string
}

function partsOf(line: CodeLine): Parts | null {
  const match = assignment.exec(line.text)
  if (!match?.[1] || match[0].length > line.comment) return null
  const code = line.text.slice(match[0].length, line.comment).trimEnd()
  return { name: match[1], from: match[0].length, code }
}

function parseField(line: CodeLine, number: number, description: string): Field | null {
  const parts = partsOf(line)
  const described = describe(description)
  if (!parts || !described) return null
  const { choices, options } = described
  const count = (key: string, otherwise: number): number => {
    const value = Number(options.get(key) ?? Number.NaN)
    return Number.isFinite(value) ? value : otherwise
  }
  const type = typeOf(options.get("type"), choices, parts.code)
  const min = count("min", 0)
  return {
    kind: "field", line: number, name: parts.name, type, value: valueOf(type, parts.code),
    choices: choices?.map(({ text }) => text) ?? [], takesOther: options.get("allow-input") === "true",
    min, max: Math.max(min, count("max", 100)), step: Math.max(0, count("step", 1)) || 1,
    placeholder: options.get("placeholder") ?? "",
  }
}

function typeOf(told: string | undefined, choices: readonly Word[] | null, code: string): FieldType {
  if (choices) return "choice"
  switch (told) {
    case "string": case "raw": case "number": case "integer": case "slider": case "boolean": case "date": return told
    default: break
  }
  // `#@param` alone: by what stands there.
  if (code === "True" || code === "False") return "boolean"
  if (unquoted(code) !== null) return "string"
  return /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/.test(code) ? "number" : "raw"
}

function valueOf(type: FieldType, code: string): string {
  return type === "raw" ? code : unquoted(code) ?? code
}

export interface Change {
  readonly from: number
  readonly to: number
  readonly insert: string
}

/**
 * The change of `source` by which a field gets this value; null when it cannot have it: a number that is none, an
 * expression that would not stay on its line.
 */
export function changeField(source: string, field: Field, value: string): Change | null {
  const line = codeLines(source)[field.line]
  const parts = line && partsOf(line)
  if (!parts || parts.name !== field.name) return null
  const insert = codeFor(line, field, value, parts.code)
  if (insert === null) return null
  const from = line.from + parts.from
  const change = { from, to: from + parts.code.length, insert }
  const after = source.slice(0, change.from) + insert + source.slice(change.to)
  const read = parseForm(after)?.items.find((item) => item.kind === "field" && item.line === field.line)
  return read?.kind === "field" && read.name === field.name && read.value === valueOf(field.type, insert) &&
    after.split("\n").length === source.split("\n").length ? change : null
}

function codeFor(line: CodeLine, field: Field, value: string, old: string): string | null {
  switch (field.type) {
    case "string":
    case "date": return quotedLike(value, old)
    case "boolean": return value === "True" || value === "False" ? value : null
    case "integer": return /^[+-]?\d+$/.test(value.trim()) ? value.trim() : null
    case "number":
    case "slider": return /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/.test(value.trim()) ? value.trim() : null
    case "raw": return value.trim() === "" ? "None" : value.trim()
    case "choice": return choiceCode(line, value, old)
  }
}

/** In quotes unless the comment says `raw`, or the choice itself has none. */
function choiceCode(line: CodeLine, value: string, old: string): string | null {
  const described = describe(line.text.slice(line.comment).replace(/^#[ \t]*@param\b/, ""))
  const type = described?.options.get("type")
  const bare = type === "raw" || type === "number" || type === "integer" || type === "boolean" ||
    described?.choices?.find(({ text }) => text === value)?.quoted === false
  if (bare) return value.trim() === "" ? null : value.trim()
  return quotedLike(value, old)
}

export interface NewField {
  readonly form: "input" | "dropdown" | "slider" | "markdown"
  readonly type: "string" | "raw" | "number" | "integer" | "boolean" | "date"
  readonly name: string
  /** Of a dropdown; the text of Markdown. */
  readonly words: readonly string[]
  readonly takesOther?: boolean
  readonly min?: number
  readonly max?: number
  readonly step?: number
}

export const isVariableName = (name: string): boolean => /^[A-Za-z_\u0080-\uffff][\w\u0080-\uffff]*$/.test(name)

const firstValue: Readonly<Record<NewField["type"], string>> = {
  string: '""', raw: "None", number: "0", integer: "0", boolean: "True", date: '"2026-01-01"',
}

/** The line that makes such a field. */
export function newFieldLine({ form, type, name, words, takesOther = false, min = 0, max = 100, step = 1 }: NewField): string {
  switch (form) {
    case "markdown": return `# @markdown ${words.join(" ").replace(/\n/g, " ")}`.trimEnd()
    case "slider": return `${name} = ${min} # @param {type:"slider", min:${min}, max:${max}, step:${step}}`
    case "input": return `${name} = ${firstValue[type]} # @param {type:"${type}"}`
    case "dropdown": {
      const bare = type !== "string" && type !== "date"
      const [first = ""] = words
      const value = bare ? first.trim() || firstValue[type] : quotedLike(first, '"')
      const options = [...(bare ? ['type:"raw"'] : []), ...(takesOther ? ["allow-input: true"] : [])]
      const list = `[${words.map((word) => quotedLike(word, '"')).join(", ")}]`
      return `${name} = ${value} # @param ${list}${options.length > 0 ? ` {${options.join(", ")}}` : ""}`
    }
  }
}
