/** How a run of terminal text looks. Equal styles are the same object, so `===` compares them. */
export interface TerminalStyle {
  /** CSS colours; null is the page's own. */
  readonly color: string | null
  readonly background: string | null
  readonly bold: boolean
  readonly dim: boolean
  readonly italic: boolean
  readonly underline: boolean
  readonly strike: boolean
  readonly inverse: boolean
  /** An http or https address, or null. */
  readonly link: string | null
}

export const plainStyle: TerminalStyle = {
  color: null, background: null, bold: false, dim: false, italic: false, underline: false,
  strike: false, inverse: false, link: null,
}

const names = ["black", "red", "green", "yellow", "blue", "magenta", "cyan", "white"]
const interned = new Map<string, TerminalStyle>([[keyOf(plainStyle), plainStyle]])
const mostInterned = 4096

function keyOf(style: TerminalStyle): string {
  const { color, background, bold, dim, italic, underline, strike, inverse, link } = style
  return [color, background, +bold, +dim, +italic, +underline, +strike, +inverse, link].join("|")
}

function intern(style: TerminalStyle): TerminalStyle {
  const key = keyOf(style)
  const known = interned.get(key)
  if (known) return known
  if (interned.size >= mostInterned) interned.clear() // True-colour noise; equality is only thrift.
  interned.set(key, style)
  return style
}

export function withLink(style: TerminalStyle, link: string | null): TerminalStyle {
  return intern({ ...style, link })
}

/** The style after the parameters of one `ESC [ … m`; what we do not know changes nothing. */
export function applySgr(style: TerminalStyle, parameters: string): TerminalStyle {
  const codes = parameters === "" ? [0]
    : parameters.split(/[;:]/).map((code) => code === "" ? 0 : Number(code))
  let next = style
  for (let at = 0; at < codes.length; at += 1) {
    const code = codes[at] ?? 0
    if (code === 38 || code === 48) {
      const [color, used] = extendedColor(codes.slice(at + 1, at + 6), code === 48)
      at += used
      if (color !== null) {
        next = { ...next, ...(code === 38 ? { color } : { background: color }) }
      }
    } else {
      next = applyCode(next, code)
    }
  }
  return intern(next)
}

function applyCode(style: TerminalStyle, code: number): TerminalStyle {
  switch (code) {
    case 0: return { ...plainStyle, link: style.link }
    case 1: return { ...style, bold: true }
    case 2: return { ...style, dim: true }
    case 3: return { ...style, italic: true }
    case 4: return { ...style, underline: true }
    case 7: return { ...style, inverse: true }
    case 9: return { ...style, strike: true }
    case 22: return { ...style, bold: false, dim: false }
    case 23: return { ...style, italic: false }
    case 24: return { ...style, underline: false }
    case 27: return { ...style, inverse: false }
    case 29: return { ...style, strike: false }
    case 39: return { ...style, color: null }
    case 49: return { ...style, background: null }
  }
  if (code >= 30 && code <= 37) return { ...style, color: named(code - 30) }
  if (code >= 40 && code <= 47) return { ...style, background: named(code - 40, true) }
  if (code >= 90 && code <= 97) return { ...style, color: named(code - 82) }
  if (code >= 100 && code <= 107) return { ...style, background: named(code - 92, true) }
  return style
}

/** One of the sixteen: the theme gives them their shade, and grounds that text can be read on. */
function named(index: number, isGround = false): string {
  const name = names[index % 8] ?? "white"
  if (isGround) return `var(--ansi-ground-${name})`
  return `var(--ansi-${index >= 8 ? "bright-" : ""}${name})`
}

/** `5;n` or `2;r;g;b` after 38 or 48: the colour, and how many codes it took. */
function extendedColor(codes: readonly number[], isGround: boolean): [string | null, number] {
  const [kind, first = 0, second = 0, third = 0] = codes
  if (kind === 5) return [paletteColor(first, isGround), 2]
  if (kind === 2) {
    const parts = [first, second, third]
    return [parts.every(isByte) ? `rgb(${parts.join(" ")})` : null, 4]
  }
  return [null, 0]
}

const isByte = (value: number): boolean => Number.isInteger(value) && value >= 0 && value <= 255

/** xterm's 256 colours: the sixteen, a 6 × 6 × 6 cube, and 24 greys. */
function paletteColor(index: number, isGround: boolean): string | null {
  if (!isByte(index)) return null
  if (index < 16) return named(index, isGround)
  if (index >= 232) {
    const grey = 8 + 10 * (index - 232)
    return `rgb(${grey} ${grey} ${grey})`
  }
  const step = (value: number): number => value === 0 ? 0 : 55 + 40 * value
  const cube = index - 16
  const parts = [Math.floor(cube / 36), Math.floor(cube / 6) % 6, cube % 6].map(step)
  return `rgb(${parts.join(" ")})`
}
