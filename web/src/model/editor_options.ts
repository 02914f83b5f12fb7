/** How a person likes to write code. Kept as a few words by the browser; what is unknown there is as it comes. */
import type { ProblemLevel } from "./problems"

export interface EditorOptions {
  /** In pixels. */
  readonly fontSize: number
  readonly indent: 2 | 4
  /** Whether names are offered while one types. */
  readonly completions: boolean
  readonly acceptOnEnter: boolean
  readonly guides: boolean
  readonly folding: boolean
  readonly wrapping: boolean
  readonly closeBrackets: boolean
  readonly problems: ProblemLevel
  readonly formatOnSave: boolean
  /** Whether this browser runs a language server of its own. */
  readonly languageServer: boolean
}

export const fontSizes = [11, 12, 13, 13.5, 14, 15, 16, 18, 20, 24] as const

export const usualOptions: EditorOptions = {
  fontSize: 13.5, indent: 4, completions: true, acceptOnEnter: true, guides: true, folding: true, wrapping: false, closeBrackets: true,
  problems: "errors", formatOnSave: false, languageServer: true,
}

const flags = ["completions", "acceptOnEnter", "guides", "folding", "wrapping", "closeBrackets", "formatOnSave", "languageServer"] as const
const levels: readonly ProblemLevel[] = ["off", "errors", "all"]

export function parseOptions(stored: string | null): EditorOptions {
  let value: unknown
  try {
    value = JSON.parse(stored ?? "{}")
  } catch {
    return usualOptions
  }
  if (typeof value !== "object" || value === null) return usualOptions
  const kept = new Map<string, unknown>(Object.entries(value))
  const chosen = Object.fromEntries(flags.flatMap((name) => typeof kept.get(name) === "boolean" ? [[name, kept.get(name)]] : []))
  return {
    ...usualOptions, ...chosen,
    fontSize: fontSizes.find((size) => size === kept.get("fontSize")) ?? usualOptions.fontSize,
    indent: kept.get("indent") === 2 ? 2 : 4,
    problems: levels.find((level) => level === kept.get("problems")) ?? usualOptions.problems,
  }
}

/** Only what is not as it comes. */
export function storedOptions(options: EditorOptions): string | null {
  const usual = new Map<string, unknown>(Object.entries(usualOptions))
  const own = Object.entries(options).filter(([name, value]) => usual.get(name) !== value)
  return own.length === 0 ? null : JSON.stringify(Object.fromEntries(own))
}
