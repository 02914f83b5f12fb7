/**
 * A code cell's text as Python that a language server understands: what only IPython reads (shell lines, magics, `?`) becomes
 * Python of the same length, so that every place keeps its line and column. Pure, and not a parser: it knows
 * strings, brackets and where statements begin.
 */

export interface OpenBracket {
  readonly bracket: string
  readonly at: number
}

export interface PythonCell {
  /** As many lines as the source has. */
  readonly lines: readonly string[]
  /** Lines that say something else than the source; what a language server says about them is of no use. */
  readonly masked: ReadonlySet<number>
  /** A line that may stand behind the others, so that what the cell leaves open does not reach the next. */
  readonly ending: string
  readonly open: readonly OpenBracket[]
}

/** Magics in front of a cell that is Python all the same. */
const pythonMagics: ReadonlySet<string> = new Set([
  "time", "timeit", "capture", "prun", "memit", "mprun", "lprun", "debug", "python", "python3", "pypy", "px", "snakeviz", "scalene",
])

const closers: Readonly<Record<string, string>> = { "(": ")", "[": "]", "{": "}" }

/** The magic that a cell begins with, without its signs; null for none. */
export function cellMagic(source: string): string | null {
  return /^\s*%%(\w+)/.exec(source)?.[1] ?? null
}

export function pythonCell(source: string): PythonCell {
  const magic = cellMagic(source)
  const lines = source.split("\n")
  if (magic !== null && !pythonMagics.has(magic)) {
    return { lines: lines.map(() => ""), masked: new Set(lines.keys()), ending: "", open: [] }
  }
  return new Scan(lines).result()
}

/** `text` in the room of `length`; what does not fit is cut. */
const fill = (text: string, length: number): string => text.slice(0, length).padEnd(length)

/** The statement as Python, or null when it is already. */
function maskedStatement(line: string): string | null {
  const indent = /^\s*/.exec(line)?.[0] ?? ""
  const rest = line.slice(indent.length)
  const timed = /^%time(?:it)?(?=\s+[^-\s])/.exec(rest)
  if (timed) return indent + fill("0;", timed[0].length) + rest.slice(timed[0].length)
  const isHelp = /^\?{1,2}\S|^[^\s#'"()=]+\?{1,2}\s*$/.test(rest)
  if (/^[!%]/.test(rest) || isHelp) return indent + fill(rest.length < 4 ? "0" : "pass", rest.length)
  const given = /^([\w.,[\]'" *]+=\s*)([!%].*)$/.exec(rest)
  if (!given) return null
  const [, target = "", value = ""] = given
  const timedValue = /^%time\s+/.exec(value)
  if (timedValue) return indent + target + fill("", timedValue[0].length) + value.slice(timedValue[0].length)
  if (value.startsWith("!")) return indent + target + fill(value.length < 4 ? "[]" : '[""]', value.length)
  // An unknown name: nothing is known of what it is, and nothing wrong is said of its use.
  return indent + target + fill("_", value.length)
}

class Scan {
  private readonly out: string[] = []
  private readonly masked = new Set<number>()
  private open: OpenBracket[] = []
  private quote = ""
  private quoteAt = 0
  private continued = false

  constructor(private readonly lines: readonly string[]) {}

  result(): PythonCell {
    let offset = 0
    let shell = false
    for (const [at, line] of this.lines.entries()) {
      const begins = this.quote === "" && this.open.length === 0 && !this.continued
      const mask: string | null = shell ? fill("", line.length) : begins ? maskedStatement(line) : null
      if (mask === null) {
        this.out.push(line)
        this.scanLine(line, offset)
      } else {
        this.out.push(mask)
        this.masked.add(at)
        // What is timed is Python, and may leave something open.
        if (mask.trimStart().startsWith("0;") || mask.includes("=")) this.scanLine(mask, offset)
        shell = /\\$/.test(line) && !mask.trimStart().startsWith("0;")
      }
      offset += line.length + 1
    }
    return { lines: this.out, masked: this.masked, ending: this.ending(), open: this.open }
  }

  private scanLine(line: string, offset: number): void {
    this.continued = false
    let at = 0
    while (at < line.length) {
      if (this.quote !== "") {
        at = this.inString(line, at)
        continue
      }
      const sign = line[at] ?? ""
      if (sign === "#") break
      if (sign === "'" || sign === '"') {
        this.quote = line.startsWith(sign.repeat(3), at) ? sign.repeat(3) : sign
        this.quoteAt = offset + at
        at += this.quote.length
        continue
      }
      if (closers[sign] !== undefined) this.open.push({ bracket: sign, at: offset + at })
      else if (/[)\]}]/.test(sign) && closers[this.open.at(-1)?.bracket ?? ""] === sign) this.open.pop()
      else if (sign === "\\" && at === line.length - 1) this.continued = true
      at += 1
    }
    // A short string ends with its line, unless that goes on.
    if (this.quote.length === 1 && !line.endsWith("\\")) this.quote = ""
  }

  private inString(line: string, from: number): number {
    for (let at = from; at < line.length; at += 1) {
      if (line[at] === "\\") at += 1
      else if (line.startsWith(this.quote, at)) {
        const end = at + this.quote.length
        this.quote = ""
        return end
      }
    }
    return line.length
  }

  private ending(): string {
    if (this.quote.length === 3) {
      this.open = [...this.open, { bracket: this.quote, at: this.quoteAt }]
    }
    if (this.open.length > 0) {
      return this.open.map(({ bracket }) => closers[bracket] ?? bracket).reverse().join("")
    }
    if (this.continued) return "0"
    const last = [...this.out].reverse().find((line) => /^\s*[^\s#]/.test(line))
    // A head without a body, as "def f():", gets one.
    if (last !== undefined && /:\s*(?:#.*)?$/.test(last)) return `${/^\s*/.exec(last)?.[0] ?? ""} ...`
    return ""
  }
}
