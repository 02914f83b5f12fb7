/** Makes colours that a program chose for some terminal readable on our two themes. Pure. */
type Rgb = readonly [number, number, number]

const wanted = 4.5
/** Luminance of the darkest ground of the light theme, and of the lightest of the dark one. */
const lightGround = 0.74
const darkGround = 0.085

const known = new Map<string, string>()
const mostKnown = 2000

/** `rgb(…)` as a colour that keeps its hue and can be read on either theme. */
export function readableColor(color: string): string {
  const cached = known.get(color)
  if (cached !== undefined) return cached
  const rgb = parse(color)
  if (!rgb) return color
  const readable = `light-dark(${toward(rgb, 0, lightGround)}, ${toward(rgb, 255, darkGround)})`
  if (known.size >= mostKnown) known.clear()
  known.set(color, readable)
  return readable
}

/** Black or white, whichever is read better on `ground`; null when it is none of `rgb(…)`. */
export function textOn(ground: string): string | null {
  const rgb = parse(ground)
  if (!rgb) return null
  return luminance(rgb) > 0.179 ? "#000000" : "#ffffff"
}

function parse(color: string): Rgb | null {
  const match = /^rgb\((\d+) (\d+) (\d+)\)$/.exec(color)
  return match ? [Number(match[1]), Number(match[2]), Number(match[3])] : null
}

function toward(rgb: Rgb, end: number, ground: number): string {
  let mixed = rgb
  for (let step = 0; step <= 16 && contrast(luminance(mixed), ground) < wanted; step += 1) {
    const mix = (value: number): number => Math.round(value + (end - value) * step / 16)
    mixed = [mix(rgb[0]), mix(rgb[1]), mix(rgb[2])]
  }
  return `rgb(${mixed.join(" ")})`
}

/** WCAG's relative luminance. */
export function luminance([red, green, blue]: Rgb): number {
  const linear = (value: number): number => {
    const share = value / 255
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4
  }
  return 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue)
}

export function contrast(one: number, other: number): number {
  return (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05)
}
