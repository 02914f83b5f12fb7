import { describe, expect, it } from "vitest"
import { contrast, luminance, readableColor, textOn } from "./readable_color"

const parts = (color: string): (readonly [number, number, number])[] =>
  [...color.matchAll(/rgb\((\d+) (\d+) (\d+)\)/g)].map((match) =>
    [Number(match[1]), Number(match[2]), Number(match[3])] as const)

describe("a program's colour", () => {
  it("can be read on both themes, whatever it was", () => {
    for (const value of ["0 0 0", "255 255 255", "98 98 98", "255 255 0", "0 0 255", "0 215 255", "120 40 40"]) {
      const [onLight, onDark] = parts(readableColor(`rgb(${value})`))
      if (!onLight || !onDark) throw new Error("no pair")
      expect(contrast(luminance(onLight), 0.74)).toBeGreaterThanOrEqual(4.5)
      expect(contrast(luminance(onDark), 0.085)).toBeGreaterThanOrEqual(4.5)
    }
  })

  it("of the theme's own stays as it is", () => {
    expect(readableColor("var(--ansi-red)")).toBe("var(--ansi-red)")
  })

  it("as a ground gets black or white text", () => {
    expect(textOn("rgb(255 255 0)")).toBe("#000000")
    expect(textOn("rgb(0 0 128)")).toBe("#ffffff")
    expect(textOn("var(--ansi-ground-red)")).toBeNull()
  })
})
