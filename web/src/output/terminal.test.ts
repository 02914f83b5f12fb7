import { describe, expect, it } from "vitest"
import { Terminal } from "./terminal"
import { TerminalLine } from "./terminal_line"
import { plainStyle, type TerminalStyle } from "./terminal_style"

const esc = "\x1b"

function lines(...texts: string[]): string[] {
  const terminal = new Terminal()
  for (const text of texts) terminal.feed(text)
  return [...terminal.takeFinished(), ...terminal.open]
    .map((line) => line.runs.map(({ text }) => text).join(""))
}

function styleOf(text: string): Partial<TerminalStyle> {
  const terminal = new Terminal()
  terminal.feed(text)
  const style = terminal.open[0]?.runs.at(-1)?.style ?? plainStyle
  return Object.fromEntries(Object.entries(style).filter(([key, value]) =>
    value !== Object.entries(plainStyle).find(([name]) => name === key)?.[1]))
}

describe("a terminal line", () => {
  it("is written over from its start after a carriage return", () => {
    expect(lines("  5%|#    |\r 50%|###  |\r100%|#####|")).toEqual(["100%|#####|"])
  })

  it("keeps what a shorter text does not reach", () => {
    expect(lines("abcdef\rXY")).toEqual(["XYcdef"])
  })

  it("ends at the line feed of CR LF without being emptied", () => {
    expect(lines("one\r\ntwo\r\n")).toEqual(["one", "two", ""])
  })

  it("goes back by backspaces, and not beyond its start", () => {
    expect(lines("10%\b\b\b20%")).toEqual(["20%"])
    expect(lines("a\b\b\b\bb")).toEqual(["b"])
  })

  it("is erased by ESC [ K", () => {
    expect(lines(`abcdef\r${esc}[Kxy`)).toEqual(["xy"])
    expect(lines(`abcdef${esc}[2K\rxy`)).toEqual(["xy"])
    expect(lines(`abcdef\r${esc}[C${esc}[1K`)).toEqual(["  cdef"])
  })

  it("never shows half of a character that was cut", () => {
    expect(lines("a😀b\rXY")).toEqual(["XY b"])
  })

  it("keeps a character whole that came in two pieces", () => {
    expect(lines("ab\r\ud83d", "\ude00")).toEqual(["😀"])
  })

  it("pads to a column that was reached without writing, within reason", () => {
    expect(lines(`a${esc}[3Cb`)).toEqual(["a   b"])
    expect(lines(`${esc}[9999999Cx`)[0]).toHaveLength(501)
  })

  it("starts a new one instead of writing over a line that is endless", () => {
    const long = "x".repeat(5000)
    expect(lines(`${long}\ry`)).toEqual([long, "y"])
  })
})

describe("several lines", () => {
  it("let nested bars move by going up", () => {
    expect(lines(`outer 0\ninner 0${esc}[A\router 1\ninner 9\n`)).toEqual(["outer 1", "inner 9", ""])
  })

  it("clamp a cursor that leaves them", () => {
    expect(lines(`a\nb${esc}[99A\rX${esc}[99B\rY`)).toEqual(["X", "Y"])
  })

  it("are erased below the cursor by ESC [ J", () => {
    expect(lines(`a\nb\nc${esc}[2A\r${esc}[Jd`)).toEqual(["d", "", ""])
  })

  it("are all there, in order, when they are many", () => {
    const many = Array.from({ length: 10_000 }, (_, at) => `line ${at}`)
    expect(lines(many.join("\n"))).toEqual(many)
  })
})

describe("colours", () => {
  it("are the theme's sixteen, the palette, or true ones", () => {
    expect(styleOf(`${esc}[31mx`)).toEqual({ color: "var(--ansi-red)" })
    expect(styleOf(`${esc}[1;92mx`)).toEqual({ bold: true, color: "var(--ansi-bright-green)" })
    expect(styleOf(`${esc}[38;5;196mx`)).toEqual({ color: "rgb(255 0 0)" })
    expect(styleOf(`${esc}[48;5;244mx`)).toEqual({ background: "rgb(128 128 128)" })
    expect(styleOf(`${esc}[43mx`)).toEqual({ background: "var(--ansi-ground-yellow)" })
    expect(styleOf(`${esc}[38;2;1;2;3;4mx`)).toEqual({ color: "rgb(1 2 3)", underline: true })
  })

  it("end with a reset, and ignore codes that are none", () => {
    expect(styleOf(`${esc}[1;31m${esc}[mx`)).toEqual({})
    expect(styleOf(`${esc}[38;2;300;0;0mx`)).toEqual({})
    expect(styleOf(`${esc}[38;5mx`)).toEqual({ color: "var(--ansi-black)" })
    expect(styleOf(`${esc}[?1;31mx`)).toEqual({})
  })
})

describe("escape sequences", () => {
  it("may be split anywhere", () => {
    const text = `a${esc}[1;31mb${esc}]8;;https://example.org/\x07c${esc}]8;;\x07d`
    for (let at = 0; at <= text.length; at += 1) {
      expect(lines(text.slice(0, at), text.slice(at))).toEqual(["abcd"])
    }
  })

  it("that mean nothing here are left out", () => {
    expect(lines(`a${esc}[?25l${esc}[6n${esc}(B${esc}=${esc}7${esc}]0;title\x07${esc}P1$r\x1b\\b`))
      .toEqual(["ab"])
    expect(lines(`a${esc}]52;c;aGVsbG8=\x07b`)).toEqual(["ab"])
    expect(lines("a\x00\x07\x0b\x9b31mb")).toEqual(["a31mb"])
  })

  it("without an end do not swallow the output", () => {
    expect(lines(`${esc}]52;${"x".repeat(5000)}`)[0]).toHaveLength(5003)
    expect(lines(`${esc}[${"1;".repeat(5000)}`)[0]).toContain("1;1;")
  })

  it("link only to the web", () => {
    const link = (href: string): Partial<TerminalStyle> => styleOf(`${esc}]8;;${href}${esc}\\x`)
    expect(link("https://example.org/a")).toEqual({ link: "https://example.org/a" })
    for (const bad of ["javascript:alert(1)", "java\tscript:alert(1)", "data:text/html,x", "/api/me", "vbscript:x"]) {
      expect(link(bad)).toEqual({})
    }
  })
})

// What each of them does again for all before it takes hours, on any machine.
describe("hostile amounts", { timeout: 60_000 }, () => {
  it("of carriage returns are read", () => {
    expect(lines("x\r".repeat(1_000_000))).toEqual(["x"])
    expect(lines(`${"a".repeat(1000)}${"\rb".repeat(100_000)}`)[0]).toHaveLength(1000)
  })

  it("of cursor movements in one line are read", () => {
    const text = Array.from({ length: 60_000 }, (_, at) => `${esc}[${at * 7919 % 500}G${esc}[3${at % 8}mx`)
    expect(lines(text.join(""))[0]).toHaveLength(499)
  })
})

describe("TerminalLine", () => {
  it("joins what has one style", () => {
    const line = new TerminalLine()
    line.write(0, "ab", plainStyle)
    line.write(2, "cd", plainStyle)
    expect(line.runs).toEqual([{ text: "abcd", style: plainStyle }])
  })
})
