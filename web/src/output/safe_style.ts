/** Which inline styles content may bring: looks within its own place, never a place of its own. */

const length = String.raw`(?:0|\d{1,4}(?:\.\d{1,4})?(?:px|em|rem|pt|ex|ch|%)|\.\d{1,4}(?:em|rem))`
const color = String.raw`(?:[a-z]{3,24}|#[0-9a-f]{3,8}|(?:rgb|rgba|hsl|hsla)\([\d\s.,%/]{1,60}\))`
const line = String.raw`(?:none|solid|dashed|dotted|double|hidden)`
const all = (pattern: string): RegExp => new RegExp(`^${pattern}$`, "i")
const lengths = all(`(?:${length}|auto)(?:\\s+(?:${length}|auto)){0,3}`)
const border = all(`(?:${length}|${line}|${color}|thin|medium)(?:\\s+(?:${length}|${line}|${color})){0,2}`)

const allowed: ReadonlyMap<string, RegExp> = new Map([
  ["color", all(color)], ["background-color", all(color)], ["background", all(color)],
  ["text-align", /^(left|right|center|justify|start|end)$/i],
  ["vertical-align", /^(top|middle|bottom|baseline|sub|super|text-top|text-bottom)$/i],
  ["font-weight", /^(normal|bold|bolder|lighter|[1-9]00)$/i],
  ["font-style", /^(normal|italic|oblique)$/i],
  ["font-size", all(`(?:${length}|x-small|small|medium|large|x-large|smaller|larger)`)],
  ["font-family", /^[\w\s,'"-]{1,200}$/],
  ["text-decoration", /^(none|underline|line-through|overline)$/i],
  ["white-space", /^(normal|nowrap|pre|pre-wrap|pre-line)$/i],
  ["line-height", all(`(?:normal|\\d{1,2}(?:\\.\\d{1,4})?|${length})`)],
  ["display", /^(block|inline|inline-block|none)$/i],
  ["float", /^(left|right|none)$/i],
  ["border-collapse", /^(collapse|separate)$/i],
  ["border-radius", lengths],
  ...["width", "max-width", "min-width", "height", "max-height"].map((name) => [name, lengths] as const),
  ...["margin", "padding"].flatMap((name) =>
    ["", "-top", "-right", "-bottom", "-left"].map((side) => [name + side, lengths] as const)),
  ...["", "-top", "-right", "-bottom", "-left", "-color", "-style", "-width"].map((side) =>
    [`border${side}`, border] as const),
])

export interface CleanStyle {
  readonly text: string
  /** True when something was left out. */
  readonly changed: boolean
}

/** The declarations of a `style` attribute that are allowed. */
export function cleanStyle(value: string): CleanStyle {
  const kept: string[] = []
  let changed = value.length > 2000
  for (const declaration of changed ? [] : value.split(";")) {
    if (declaration.trim() === "") continue
    const colon = declaration.indexOf(":")
    const name = declaration.slice(0, colon).trim().toLowerCase()
    const text = declaration.slice(colon + 1).trim()
    if (colon > 0 && allowed.get(name)?.test(text)) kept.push(`${name}: ${text}`)
    else changed = true
  }
  return { text: kept.join("; "), changed }
}
