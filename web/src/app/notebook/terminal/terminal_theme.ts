/** The terminal's colours and letters: those of the page, as the page is drawn now. */
import type { ITheme } from "@xterm/xterm"

const names = ["black", "red", "green", "yellow", "blue", "magenta", "cyan", "white"] as const
type Name = (typeof names)[number]
const bright: Readonly<Record<Name, keyof ITheme>> = {
  black: "brightBlack", red: "brightRed", green: "brightGreen", yellow: "brightYellow", blue: "brightBlue",
  magenta: "brightMagenta", cyan: "brightCyan", white: "brightWhite",
}

/** What a colour of theme.css is now: `light-dark()` is worked out by the browser only in a real colour. */
function reader(): { readonly color: (name: string) => string; readonly done: () => void } {
  const probe = document.createElement("span")
  probe.hidden = true
  document.body.append(probe)
  return {
    color: (name) => {
      probe.style.color = `var(${name})`
      return getComputedStyle(probe).color
    },
    done: () => probe.remove(),
  }
}

export function terminalTheme(): ITheme {
  const { color, done } = reader()
  const theme: ITheme = {
    background: color("--c-bg"), foreground: color("--c-text"), cursor: color("--c-text"),
    cursorAccent: color("--c-bg"), selectionBackground: color("--c-accent-soft"),
  }
  for (const name of names) {
    theme[name] = color(`--ansi-${name}`)
    Object.assign(theme, { [bright[name]]: color(`--ansi-bright-${name}`) })
  }
  done()
  return theme
}

export const monospace = (): string =>
  getComputedStyle(document.documentElement).getPropertyValue("--font-mono").trim() || "monospace"
